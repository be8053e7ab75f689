/**
 * Rewrites every reference to a renamed object (api/filters/nameref and the nameReferenceTransformer): generated ConfigMaps
 * with their hashes, prefixes, suffixes, namespaces of service accounts. The candidates for a name are found in an index.
 */
import { inputError } from '../../errors.js';
import type { Budget } from '../budget.js';
import { FieldPathProblem, updateFields } from '../fieldSpecs/fieldPath.js';
import type { FieldSpec, NameReference } from '../fieldSpecs/fieldSpec.js';
import { CandidateIndex } from './referenceCandidates.js';
import { type Resource, currentId, nameOf, namespaceOf, originalId, previousIds } from '../resources/resource.js';
import { type GvkSelector, describeId, isSelectedBy } from '../resources/resourceId.js';
import type { ResourceMap } from '../resources/resourceMap.js';
import { withText } from '../resources/scalarText.js';
import { type Tree, type TreeMap, getField, isList, isMap, isMissing, isScalar, textOf } from '../resources/tree.js';
import { changing } from '../transformers/transformer.js';

interface ReferenceSpec {
  readonly field: FieldSpec;
  /** What the field may name. */
  readonly target: GvkSelector;
}

/** Throws KapplyError `AmbiguousReference` where a name could mean several objects. */
export async function fixNameReferences(
  map: ResourceMap,
  references: readonly NameReference[],
  budget: Budget,
): Promise<void> {
  const specs = references.flatMap(({ referrers, ...target }) => referrers.map((field) => ({ field, target })));
  const index = new CandidateIndex(map.resources);
  const specsOf = new Map<string, readonly ReferenceSpec[]>();
  for (const referrer of map.resources) {
    const { tree } = referrer;
    if (tree === undefined) continue;
    await budget.breathe();
    const id = originalId(referrer);
    const key = `${id.group}/${id.version}/${id.kind}`;
    let own = specsOf.get(key);
    if (own === undefined) {
      own = specs.filter(({ field }) => isSelectedBy(id, field));
      specsOf.set(key, own);
    }
    if (own.length > 0) fixReferencesOf(referrer, tree, own, index);
  }
  map.idsChanged();
}

function fixReferencesOf(
  referrer: Resource,
  tree: TreeMap,
  specs: readonly ReferenceSpec[],
  index: CandidateIndex,
): void {
  const view = index.viewOf(referrer);
  changing(referrer, 'rewriting references', () => {
    for (const { field, target } of specs) {
      updateFields(tree, field, (value) => {
        const select: Select = (name, inMap, namespace) =>
          selectReferral(referrer, { field, target }, name, view.candidates(name, namespace), inMap);
        if (isList(value)) {
          for (const [position, item] of value.entries()) value[position] = fixed(item, select, field);
          return value;
        }
        return fixed(value, select, field);
      });
    }
  });
}

/** `inMap`: the reference has a namespace, or could have one. */
type Select = (name: string, inMap: boolean, namespace?: string) => Resource | undefined;

function fixed(value: Tree, select: Select, field: FieldSpec): Tree {
  if (isMissing(value)) return value;
  if (isMap(value)) {
    fixMap(value, select, field);
    return value;
  }
  if (!isScalar(value)) throw new FieldPathProblem(field.path, 'a list stands where a name is wanted');
  const text = textOf(value);
  const referral = select(text, false);
  if (referral === undefined) return value;
  const name = nameOf(referral);
  return name === text ? value : withText(value, name);
}

/** A reference with a name and perhaps a namespace: a subject of a role binding, the service of a webhook. */
function fixMap(map: TreeMap, select: Select, field: FieldSpec): void {
  const name = getField(map, 'name');
  if (name === undefined) throw new FieldPathProblem(field.path, 'the reference there has no name');
  const namespace = getField(map, 'namespace');
  const text = textOf(name);
  const referral = select(text, true, namespace === undefined ? undefined : textOf(namespace));
  if (referral === undefined) return;
  const newName = nameOf(referral);
  const newNamespace = namespaceOf(referral);
  if (newName === text && newNamespace === '') return;
  map.name = withText(name, newName);
  if (newNamespace !== '') map.namespace = withText(namespace ?? newNamespace, newNamespace);
}

function selectReferral(
  referrer: Resource,
  { field, target }: ReferenceSpec,
  oldName: string,
  named: readonly Resource[],
  comparesNamespaces: boolean,
): Resource | undefined {
  if (named.length === 0) return undefined;
  const role = field.path.endsWith('roleRef/name') ? roleOf(referrer) : undefined;
  const referrerId = currentId(referrer);
  let candidates = named.filter((candidate) => {
    const previous = previousIds(candidate);
    if (!previous.some((id) => isSelectedBy(id, target))) return false;
    if (role !== undefined && !previous.some((id) => isSelectedBy(id, role))) return false;
    return CandidateIndex.isInReach(candidate, referrerId);
  });
  if (candidates.length <= 1) return candidates[0];
  candidates = candidates.filter((candidate) => haveSameAffixes(candidate, referrer, true));
  if (candidates.length > 1) candidates = candidates.filter((candidate) => haveSameAffixes(candidate, referrer, false));
  const [first] = candidates;
  if (first === undefined || candidates.length === 1) return first;
  const same = candidates.every(
    (other) => nameOf(other) === nameOf(first) && (!comparesNamespaces || namespaceOf(other) === namespaceOf(first)),
  );
  if (same) return first;
  throw inputError(
    'AmbiguousReference',
    `${field.path} of ${describeId(referrerId)} names ${oldName}, and that could be any of ${candidates.map((candidate) => describeId(currentId(candidate))).join(', ')}`,
    {
      position: referrer.source,
      suggestions: ['Give the objects different names, or say the namespace in the reference.'],
    },
  );
}

/** What a role binding says of its role; undefined where it does not say all of it. */
function roleOf({ tree }: Resource): GvkSelector | undefined {
  const role = tree?.roleRef;
  if (!isMap(role) || role.apiGroup === undefined || role.kind === undefined) return undefined;
  return { group: textOf(role.apiGroup), kind: textOf(role.kind) };
}

/** Whether both got the same prefixes and suffixes, as far as the shorter list goes; an empty one may stand for any. */
function haveSameAffixes(left: Resource, right: Resource, emptyMatches: boolean): boolean {
  return (['prefixes', 'suffixes'] as const).every((affixes) => {
    const [shorter, longer] = [left[affixes], right[affixes]].sort((a, b) => a.length - b.length) as [
      string[],
      string[],
    ];
    if (shorter.length === 0) return emptyMatches || longer.length === 0;
    const skipped = longer.length - shorter.length;
    return shorter.every((text, index) => text === longer[index + skipped]);
  });
}

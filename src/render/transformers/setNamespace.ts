/** `namespace` (api/filters/namespace and the NamespaceTransformer). */
import { inputError } from '../../errors.js';
import { FieldPathProblem, scalarUpdate, updateFields } from '../fieldSpecs/fieldPath.js';
import type { FieldSpec } from '../fieldSpecs/fieldSpec.js';
import { type Resource, apiVersionText, currentId, kindOf, storePreviousId } from '../resources/resource.js';
import { describeId } from '../resources/resourceId.js';
import {
  SourceScalar,
  type Tree,
  type TreeMap,
  isList,
  isMap,
  isMissing,
  isScalar,
  textOf,
  textUnlessNull,
} from '../resources/tree.js';
import { specsByKind } from './matchingSpecs.js';
import { refuseLongName } from './nameLength.js';
import { type Transformer, changing } from './transformer.js';

export const SUBJECT_MODES = ['defaultOnly', 'allServiceAccounts', 'none'] as const;
export type SubjectMode = (typeof SUBJECT_MODES)[number];

export interface SetNamespaceOptions {
  /** Leaves namespaces alone that are set already. */
  readonly unsetOnly?: boolean;
  /** Which subjects of role bindings get the namespace; those named `default` unless told otherwise. */
  readonly subjects?: SubjectMode;
}

const OWN_NAMESPACE: FieldSpec = { path: 'metadata/namespace', create: true };
const BINDINGS = ['RoleBinding', 'ClusterRoleBinding'];

/**
 * `namespace`: moves everything that is in a namespace, and the fields that `specs` name. Objects of Helm charts are left alone, but
 * remember what they missed.
 */
export function setNamespace(
  namespace: string,
  specs: readonly FieldSpec[],
  options: SetNamespaceOptions = {},
): Transformer {
  const setOn = makeNamespaceSetter(namespace, specs, options);
  return (map) => {
    if (namespace === '') return;
    for (const resource of map.resources) {
      if (resource.tree === undefined) continue;
      if (resource.fromHelm) {
        resource.missedNamespace = namespace;
        continue;
      }
      storePreviousId(resource);
      setOn(resource);
    }
    map.idsChanged();
    refuseConflicts(map.resources, map.withCurrentId.bind(map), namespace);
  };
}

/** Sets the namespace in one resource, without noting what it was called before. */
export function makeNamespaceSetter(
  namespace: string,
  specs: readonly FieldSpec[],
  { unsetOnly = false, subjects = 'defaultOnly' }: SetNamespaceOptions = {},
): (resource: Resource) => void {
  refuseLongName('namespace', namespace);
  const specsFor = specsByKind(specs.filter(({ path }) => path !== OWN_NAMESPACE.path));
  const set = (value: Tree | undefined): Tree =>
    unsetOnly && value !== undefined && textUnlessNull(value) !== '' ? value : namespace;
  const nothing = (): Tree => new SourceScalar(null, '');

  return (resource) => {
    const { tree } = resource;
    if (tree === undefined) return;
    changing(resource, 'setting the namespace', () => {
      if (!currentId(resource).clusterScoped) {
        updateFields(tree, OWN_NAMESPACE, scalarUpdate(OWN_NAMESPACE.path, set), nothing);
      }
      const binding = BINDINGS.includes(kindOf(tree));
      if (binding) setSubjects(tree, subjects, set);
      for (const spec of specsFor(resource)) {
        if (binding && BINDINGS.includes(spec.kind ?? '') && spec.path === 'subjects/namespace') continue;
        // The name of a Namespace, and of nothing else that calls its kind so.
        if (spec.path === 'metadata/name' && apiVersionText(tree) !== 'v1') continue;
        updateFields(tree, spec, scalarUpdate(spec.path, set), nothing);
      }
    });
  };
}

function setSubjects(tree: TreeMap, mode: SubjectMode, set: (value: Tree | undefined) => Tree): void {
  const { subjects } = tree;
  if (mode === 'none' || isMissing(subjects)) return;
  if (!isList(subjects)) throw new FieldPathProblem('subjects', 'something other than a list stands there');
  for (const subject of subjects) {
    if (isMissing(subject)) continue;
    if (!isMap(subject)) throw new FieldPathProblem('subjects', 'a subject is not a map');
    if (subject.name !== undefined && !isScalar(subject.name)) {
      throw new FieldPathProblem('subjects/name', 'something other than a name stands there');
    }
    const wanted =
      mode === 'allServiceAccounts' ? textOf(subject.kind) === 'ServiceAccount' : textOf(subject.name) === 'default';
    if (!wanted) continue;
    if (subject.namespace !== undefined && !isScalar(subject.namespace)) {
      throw new FieldPathProblem('subjects/namespace', 'something other than a name stands there');
    }
    subject.namespace = set(subject.namespace);
  }
}

function refuseConflicts(
  resources: readonly Resource[],
  withId: (id: ReturnType<typeof currentId>) => readonly Resource[],
  namespace: string,
): void {
  for (const resource of resources) {
    const id = currentId(resource);
    const [first, second] = withId(id);
    if (first === undefined || second === undefined) continue;
    throw inputError(
      'DuplicateResource',
      `in the namespace ${namespace} there would be two of ${describeId(id)}: from ${first.source.file} and ${second.source.file}`,
      { position: second.source, suggestions: ['Give one of them another name, or leave one of them out.'] },
    );
  }
}

/**
 * Custom resources that name a generated config without its hash. kustomize rewrites only the fields that it knows, or is
 * told of in `configurations`: the operator would wait for a Secret that never comes.
 */
import { ApiError } from '../../cluster/apiError.js';
import type { Cluster, Discovery } from '../../cluster/cluster.js';
import { formatId, groupOf, idOf, keyOf, type KubeObject, type ObjectId } from '../../objects/object.js';
import { familyOf } from '../configs/revisions.js';
import { isBuiltInGroup } from './builtInGroups.js';
import { kindSaid } from './plainNames.js';
import { namespaceBeside, visitStrings } from './strings.js';

export interface UnsuffixedName {
  readonly user: ObjectId;
  /** Where it stands: `spec.auth.secretRef.name`. */
  readonly path: string;
  /** What it names, without the hash. */
  readonly named: ObjectId;
  /** What the deploy makes instead. */
  readonly made: string;
}

/**
 * The fields of custom resources that say the kind of a generated config and hold its family's name, which nothing that
 * is deployed has. Pure.
 */
export function unsuffixedNames(objects: readonly KubeObject[], revisions: readonly ObjectId[]): UnsuffixedName[] {
  const there = new Set(objects.map((object) => keyOf(idOf(object))));
  const families = new Map<string, { readonly named: ObjectId; readonly made: string }>();
  for (const id of revisions) {
    const family = familyOf(id.name);
    const named = { ...id, name: family ?? id.name };
    if (family !== undefined && !there.has(keyOf(named)))
      families.set(`${id.kind.toLowerCase()}/${id.namespace}/${family}`, { named, made: id.name });
  }
  return objects.flatMap((object) => {
    const found: UnsuffixedName[] = [];
    if (isBuiltInGroup(groupOf(object.apiVersion))) return found;
    visitStrings(object, (one) => {
      if (one.field === '' || !one.path.startsWith('spec.')) return;
      const namespace = namespaceBeside(one) ?? object.metadata.namespace ?? '';
      const family = families.get(`${kindSaid(one) ?? ''}/${namespace}/${one.text}`);
      if (family !== undefined) found.push({ user: idOf(object), path: one.path, ...family });
    });
    return found;
  });
}

/** Warnings about those names that the cluster does not have either. */
export async function unsuffixedWarnings(
  names: readonly UnsuffixedName[],
  { cluster, discovery, signal }: { cluster: Cluster; discovery: Discovery; signal: AbortSignal },
): Promise<string[]> {
  const warnings = await Promise.all(
    names.map(async ({ user, path, named, made }) => {
      const resource = discovery.resources.find(({ group, kind }) => group === named.group && kind === named.kind);
      if (resource === undefined || (await exists({ ...named, resource }, cluster, signal))) return [];
      return [
        `${formatId(user)} names ${formatId(named)} in ${path}, which does not exist: this deploy makes ${made}. ` +
          `In a file under "configurations": ${nameReference(user, named, path)}; or set disableNameSuffixHash`,
      ];
    }),
  );
  return warnings.flat();
}

/** What tells kustomize of the field, in one line of YAML; it goes through lists by itself. */
function nameReference(user: ObjectId, named: ObjectId, path: string): string {
  const field = path.replace(/\[\d+\]/g, '').replaceAll('.', '/');
  const group = user.group === '' ? '' : `group: ${user.group}, `;
  return `nameReference: [{kind: ${named.kind}, version: v1, fieldSpecs: [{${group}kind: ${user.kind}, path: ${field}}]}]`;
}

async function exists(address: Parameters<Cluster['get']>[0], cluster: Cluster, signal: AbortSignal): Promise<boolean> {
  try {
    return (await cluster.get(address, { signal })) !== undefined;
  } catch (error) {
    // Who may not look does not know, and is not warned.
    if (error instanceof ApiError) return true;
    throw error;
  }
}

/**
 * Where a live object is not as its manifest says, and who made it so. Nothing is asked of the server: the manifest is held
 * against what lives, and managedFields tell who owns each field. What the manifest does not name is nobody's concern here.
 */
import type { Json, KubeObject, ManagedFieldsEntry } from '../../objects/object.js';
import { parseFieldsV1 } from '../../patch/apply/fieldsV1.js';
import { isProvenNoOp } from '../../patch/apply/noOp.js';
import { formatPath } from '../../patch/apply/pathElement.js';
import type { Shape } from '../../patch/apply/shape.js';
import { differ, leftOut, owns } from './differ.js';

export interface Difference {
  /** `.spec.template.spec.containers[name="web"].image`. Values are not said: they may be secret. */
  readonly path: string;
  /**
   * `changed`: somebody else set it. `notDeployed`: what lives is from an earlier deploy, or from nobody; the next one
   * sets it.
   */
  readonly why: 'changed' | 'notDeployed';
  /** The field manager that set what lives, `kubectl (scale)` with its subresource; null: nobody owns it. */
  readonly manager: string | null;
  /** When that manager wrote last, RFC 3339. */
  readonly at: string | null;
}

export interface DifferencesOptions {
  /** Our field manager. */
  readonly manager: string;
  /** Of the kind, where it is known: which lists have keys, which values are left out. */
  readonly shape: Shape | undefined;
}

/** The differences in the order of the manifest. Pure. */
export function differencesFrom(live: KubeObject, desired: KubeObject, options: DifferencesOptions): Difference[] {
  if (isProvenNoOp({ live, desired, ...options })) return [];
  const owners = (live.metadata.managedFields ?? []).map((entry) => ({ entry, fields: parseFieldsV1(entry.fieldsV1) }));
  const own = owners.find(({ entry }) => isOurs(entry, options.manager));
  const differing = [
    ...differ(essence(desired), essence(live), {
      path: [],
      shape: options.shape,
      owned: owners.map(({ fields }) => fields),
    }),
    ...(own === undefined ? [] : leftOut(own.fields, essence(desired), essence(live), [])),
  ].filter((path) => !path.some(isBookkeeping));
  return differing.flatMap((path): Difference[] => {
    const [last] = owners
      .filter(({ fields }) => owns(fields, path))
      .map(({ entry }) => entry)
      .sort((a, b) => newestFirst(a, b, options.manager));
    if (last !== undefined && isAutoscaler(last)) return [];
    const isOther = last !== undefined && !isOurs(last, options.manager);
    return [
      {
        path: formatPath(path),
        why: isOther ? 'changed' : 'notDeployed',
        manager: last === undefined ? null : managerWords(last),
        at: last?.time ?? null,
      },
    ];
  });
}

function isOurs({ manager, operation, subresource = '' }: ManagedFieldsEntry, wanted: string): boolean {
  return operation === 'Apply' && manager === wanted && subresource === '';
}

/** A HorizontalPodAutoscaler sets replicas for a living: a deploy leaves them alone as well (plan/change/replicas). */
function isAutoscaler({ manager, subresource }: ManagedFieldsEntry): boolean {
  return manager === 'kube-controller-manager' && subresource === 'scale';
}

/** Others before us: where two own a field, the value is theirs as well. */
function newestFirst(a: ManagedFieldsEntry, b: ManagedFieldsEntry, ours: string): number {
  const rank = Number(isOurs(a, ours)) - Number(isOurs(b, ours));
  return rank !== 0 ? rank : Date.parse(b.time ?? '') - Date.parse(a.time ?? '') || 0;
}

function managerWords({ manager = 'unknown', subresource = '' }: ManagedFieldsEntry): string {
  return subresource === '' ? manager : `${manager} (${subresource})`;
}

/** kapply's own marks, and what names the object. */
function isBookkeeping(element: string): boolean {
  return /^f:([\w-]+\.)?kapply\.dev\//.test(element);
}

function essence(object: KubeObject): Json {
  const { apiVersion: _, kind: __, status: ___, metadata, ...rest } = object;
  const { labels, annotations, ownerReferences, finalizers } = metadata;
  return { ...rest, metadata: { labels, annotations, ownerReferences, finalizers } } as unknown as Json;
}

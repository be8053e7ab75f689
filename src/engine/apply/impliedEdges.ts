/**
 * What an object stands on without saying so: docs/order.md. A Secret that asks for the token of a ServiceAccount is
 * deleted where there is none; a custom resource is checked, defaulted and converted by the webhook that the set brings
 * with it.
 */
import { groupOf, idOf, keyOf, type KubeObject } from '../../objects/object.js';
import { valueAt } from '../../objects/valueAt.js';
import { isBuiltInGroup } from '../uses/builtInGroups.js';
import { podSpecPath } from '../uses/references.js';

const TOKEN_TYPE = 'kubernetes.io/service-account-token';
const ACCOUNT_ANNOTATION = 'kubernetes.io/service-account.name';

export interface Edge {
  /** The key of what it stands on. */
  readonly key: string;
  /** True where that must be Current, and not only be there. */
  readonly awaited: boolean;
}

interface ServiceReference {
  readonly namespace?: string;
  readonly name?: string;
}
interface ClientConfig {
  readonly service?: ServiceReference;
}
interface Webhook {
  readonly clientConfig?: ClientConfig;
  readonly rules?: readonly { readonly apiGroups?: readonly string[]; readonly resources?: readonly string[] }[];
}
interface Definition {
  readonly group?: string;
  readonly names?: { readonly kind?: string; readonly plural?: string };
  readonly conversion?: { readonly strategy?: string; readonly webhook?: { readonly clientConfig?: ClientConfig } };
}

/** By the key of the object that waits. Of references to what the set lacks there are no edges. */
export function impliedEdges(objects: readonly KubeObject[]): Map<string, Edge[]> {
  const byKey = new Map(objects.map((object) => [keyOf(idOf(object)), object]));
  const hooks = hooksOf(objects, byKey);
  const edges = new Map<string, Edge[]>();
  for (const object of objects) {
    const found = [
      ...tokenEdge(object, byKey),
      ...hooks.filter(({ serves }) => serves(object)).flatMap((hook) => hook.edges),
    ];
    if (found.length > 0) edges.set(keyOf(idOf(object)), found);
  }
  return edges;
}

function tokenEdge(object: KubeObject, byKey: ReadonlyMap<string, KubeObject>): Edge[] {
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1' || object.type !== TOKEN_TYPE) return [];
  const name = object.metadata.annotations?.[ACCOUNT_ANNOTATION] ?? '';
  const key = keyOf({ group: '', kind: 'ServiceAccount', namespace: object.metadata.namespace ?? '', name });
  return byKey.has(key) ? [{ key, awaited: false }] : [];
}

/** A webhook whose Service is in the set, the objects that it is asked about, and what must be there for it to answer. */
interface Hook {
  readonly serves: (object: KubeObject) => boolean;
  readonly edges: readonly Edge[];
}

function hooksOf(objects: readonly KubeObject[], byKey: ReadonlyMap<string, KubeObject>): Hook[] {
  const plurals = pluralsOf(objects);
  return objects.flatMap((object) => {
    const key = keyOf(idOf(object));
    if (object.kind === 'CustomResourceDefinition') {
      const { group, names, conversion } = (object.spec ?? {}) as Definition;
      if (conversion?.strategy !== 'Webhook') return [];
      const edges = backendsOf(conversion.webhook?.clientConfig, objects, byKey);
      const serves = (other: KubeObject): boolean => groupOf(other.apiVersion) === group && other.kind === names?.kind;
      return edges.length === 0 ? [] : [{ serves, edges }];
    }
    if (groupOf(object.apiVersion) !== 'admissionregistration.k8s.io' || !Array.isArray(object.webhooks)) return [];
    return (object.webhooks as readonly Webhook[]).flatMap(({ clientConfig, rules = [] }) => {
      const backends = backendsOf(clientConfig, objects, byKey);
      const serves = (other: KubeObject): boolean => {
        const group = groupOf(other.apiVersion);
        if (isBuiltInGroup(group)) return false;
        const plural = plurals.get(`${group}/${other.kind}`);
        // One that is asked about every group guards the cluster, and is not what these objects are made for.
        return rules.some(
          ({ apiGroups = [], resources = [] }) =>
            apiGroups.includes(group) &&
            resources.some((named) => named === '*' || named === '*/*' || named === plural),
        );
      };
      // One that only judges changes nothing of what the set brings: it comes last, as for every other kind.
      const itself = object.kind === 'MutatingWebhookConfiguration' ? [{ key, awaited: false }] : [];
      return backends.length === 0 ? [] : [{ serves, edges: [...itself, ...backends] }];
    });
  });
}

/** The names in URLs of the kinds that the set defines. */
function pluralsOf(objects: readonly KubeObject[]): Map<string, string> {
  return new Map(
    objects.flatMap(({ kind, spec }) => {
      const { group = '', names } = (kind === 'CustomResourceDefinition' ? (spec ?? {}) : {}) as Definition;
      return names?.kind === undefined || names.plural === undefined ? [] : [[`${group}/${names.kind}`, names.plural]];
    }),
  );
}

/** The workloads behind the webhook's Service: its endpoints are ready when they are. */
function backendsOf(
  config: ClientConfig | undefined,
  objects: readonly KubeObject[],
  byKey: ReadonlyMap<string, KubeObject>,
): Edge[] {
  const { namespace = '', name = '' } = config?.service ?? {};
  const service = byKey.get(keyOf({ group: '', kind: 'Service', namespace, name }));
  const selector = Object.entries(
    (service?.spec as { selector?: Readonly<Record<string, string>> } | undefined)?.selector ?? {},
  );
  if (selector.length === 0) return [];
  return objects.flatMap((object) => {
    const path = podSpecPath(groupOf(object.apiVersion), object.kind);
    if (path === undefined || object.metadata.namespace !== namespace) return [];
    const { labels } = podMetadata(object, path);
    const isBehind = selector.every(([label, value]) => labels?.[label] === value);
    return isBehind ? [{ key: keyOf(idOf(object)), awaited: true }] : [];
  });
}

/** The metadata beside the pod spec. */
function podMetadata(object: KubeObject, podSpec: string): { readonly labels?: Readonly<Record<string, string>> } {
  return valueAt(object, [...podSpec.split('.').slice(0, -1), 'metadata']) ?? {};
}

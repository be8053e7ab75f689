/** What of a live object a plan stands on, and what of it may move without the plan being another one. Pure. */
import { USED_AT_ANNOTATION } from '../../objects/annotations.js';
import { isJsonObject } from '../../objects/json.js';
import type { KubeObject } from '../../objects/object.js';
import { withoutServerFields } from '../../objects/serverFields.js';

type Fields = Readonly<Record<string, unknown>>;

/** What makes two states of one object the same to a plan. */
export interface ComparedBy {
  /** Labels and annotations that the deploy sends or changes; controllers write others all the time. */
  readonly labels: ReadonlySet<string>;
  readonly annotations: ReadonlySet<string>;
  /** The number of replicas is an autoscaler's, or whoever scaled it. */
  readonly keepsReplicas: boolean;
  /** Fields of the manifest: what it names is compared even where a controller usually writes it. */
  readonly manifest: KubeObject;
}

/** The labels and annotations that a change has to do with: those of the manifest, and those that the change changes. */
export function comparedBy(
  manifest: KubeObject,
  before: KubeObject | undefined,
  after: KubeObject | undefined,
  keepsReplicas: boolean,
): ComparedBy {
  const keysOf = (field: 'labels' | 'annotations'): Set<string> => {
    const [was, is] = [before?.metadata[field] ?? {}, after?.metadata[field] ?? {}];
    const moving =
      before === undefined || after === undefined
        ? []
        : Object.keys({ ...was, ...is }).filter((key) => was[key] !== is[key]);
    // When a config was last come back to changes nothing of what is done with it.
    return new Set(
      [...Object.keys(manifest.metadata[field] ?? {}), ...moving].filter((key) => key !== USED_AT_ANNOTATION),
    );
  };
  return { labels: keysOf('labels'), annotations: keysOf('annotations'), keepsReplicas, manifest };
}

/** The part of an object that has to be as it was: its content, and the labels and annotations that the deploy touches. */
export function comparable(object: KubeObject, by: ComparedBy): KubeObject {
  const { metadata, ...content } = withoutServerFields(object);
  const { name, namespace, labels, annotations } = metadata;
  const kept = withoutControllerFields(content, by);
  return {
    ...(kept as Omit<KubeObject, 'metadata'>),
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      labels: pick(labels, by.labels),
      annotations: pick(annotations, by.annotations),
    },
  } as KubeObject;
}

function pick(fields: Readonly<Record<string, string>> = {}, keys: ReadonlySet<string>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => keys.has(key)));
}

/** Fields below `spec` or at the top that a controller of Kubernetes' own fills in or keeps up to date, by kind. `*` is every item of a list. */
const CONTROLLER_FIELDS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  // cert-manager's cainjector, and whoever renews a certificate
  ValidatingWebhookConfiguration: [['webhooks', '*', 'clientConfig', 'caBundle']],
  MutatingWebhookConfiguration: [['webhooks', '*', 'clientConfig', 'caBundle']],
  CustomResourceDefinition: [['spec', 'conversion', 'webhook', 'clientConfig', 'caBundle']],
  APIService: [['spec', 'caBundle']],
  // persistentvolume-controller
  PersistentVolumeClaim: [['spec', 'volumeName']],
  // OpenShift and older token controllers
  ServiceAccount: [['secrets'], ['imagePullSecrets']],
};

function withoutControllerFields(content: Fields, { keepsReplicas, manifest }: ComparedBy): Fields {
  const { kind } = manifest;
  // The controller writes the rules of an aggregated role whatever the manifest says of them (plan/prepare/prepare).
  const isAggregated = kind === 'ClusterRole' && manifest.aggregationRule !== undefined;
  const paths = [
    ...(CONTROLLER_FIELDS[kind] ?? []).filter((path) => !holds(manifest, path)),
    ...(isAggregated ? [['rules']] : []),
    ...(keepsReplicas ? [['spec', 'replicas']] : []),
  ];
  return paths.reduce<Fields>((fields, path) => without(fields, path) as Fields, content);
}

function holds(value: unknown, [step, ...rest]: readonly string[]): boolean {
  if (step === undefined) return value !== undefined;
  if (step === '*') return Array.isArray(value) && value.some((item) => holds(item, rest));
  return isJsonObject(value) && Object.hasOwn(value, step) && holds(value[step], rest);
}

function without(value: unknown, [step, ...rest]: readonly string[]): unknown {
  if (step === '*') return Array.isArray(value) ? value.map((item: unknown) => without(item, rest)) : value;
  if (step === undefined || !isJsonObject(value) || !Object.hasOwn(value, step)) return value;
  const { [step]: below, ...others } = value;
  return rest.length === 0 ? others : { ...others, [step]: without(below, rest) };
}

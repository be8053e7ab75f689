/** Random applications that share namespaces, a label, and often the content of their generated configs. */
import fc from 'fast-check';
import type { KubeObject } from '../../../../src/objects/object.js';
import type { RenderedObject } from '../../../../src/objects/rendered.js';
import { NAMESPACES } from './town.js';

export const LABEL = 'team=shop';
const LABELS = { team: 'shop' };

/** What an application consists of at one time. */
export interface Content {
  /** Its workloads, by number, each with the data of the config that it reads; families are shared between applications. */
  readonly workloads: readonly { readonly number: number; readonly family: string; readonly data: number }[];
  /** A Service that nothing refers to. */
  readonly service: boolean;
}

export interface Application {
  /** Unique; its workloads are named after it. */
  readonly id: string;
  /** The set's name; undefined: it was given none. */
  readonly set: string | undefined;
  readonly namespace: string;
}

export const APPLICATIONS: readonly Application[] = [
  { id: 'web', set: 'web', namespace: NAMESPACES[0] ?? '' },
  { id: 'api', set: 'api', namespace: NAMESPACES[0] ?? '' },
  { id: 'bare', set: undefined, namespace: NAMESPACES[0] ?? '' },
  { id: 'far', set: 'far', namespace: NAMESPACES[1] ?? '' },
];

export const contents: fc.Arbitrary<Content> = fc.record({
  workloads: fc.uniqueArray(
    fc.record({
      number: fc.integer({ min: 0, max: 2 }),
      family: fc.constantFrom('cfg', 'db'),
      data: fc.integer({ min: 0, max: 3 }),
    }),
    { selector: ({ number }) => number, minLength: 1, maxLength: 3 },
  ),
  service: fc.boolean(),
});

/** The hash of a content, in the alphabet of kustomize's: the same data gives the same name, whoever renders it. */
function hashOf(data: number): string {
  return `${'2456789bcd'[data] ?? '2'}456789bcd`;
}

export function configName(family: string, data: number): string {
  return `${family}-${hashOf(data)}`;
}

/** The application's manifests as rendering would hand them over. */
export function renderedOf({ id, namespace }: Application, { workloads, service }: Content): RenderedObject[] {
  const configs = new Map(workloads.map(({ family, data }) => [configName(family, data), { family, data }]));
  const rendered = (object: object, generated = false): RenderedObject => ({
    object: object as KubeObject,
    origin: { file: 'kustomization.yaml' },
    generated,
  });
  return [
    ...[...configs].map(([name, { data }]) =>
      rendered(
        {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name, namespace, labels: LABELS },
          data: { value: `v${data}` },
        },
        true,
      ),
    ),
    ...(service
      ? [
          rendered({
            apiVersion: 'v1',
            kind: 'Service',
            metadata: { name: id, namespace, labels: LABELS },
            spec: { ports: [{ port: 80 }] },
          }),
        ]
      : []),
    ...workloads.map(({ number, family, data }) =>
      rendered({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: `${id}-${number}`, namespace, labels: LABELS },
        spec: {
          replicas: 1,
          selector: { matchLabels: { run: `${id}-${number}` } },
          template: {
            metadata: { labels: { run: `${id}-${number}` } },
            spec: {
              containers: [{ name: 'c', image: 'i', envFrom: [{ configMapRef: { name: configName(family, data) } }] }],
            },
          },
        },
      }),
    ),
  ];
}

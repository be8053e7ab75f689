/** Whose an object is: a name that somebody gave, and an identity that a copy does not have. */
import assert from 'node:assert/strict';
import type { PromiseTable, World } from './world.js';

/** An application of a Deployment, a Service and a plain and a generated ConfigMap, all with the label team=shop. */
export function app(name: string, options: { readonly set?: string; readonly value?: string } = {}) {
  const { set, value = 'one' } = options;
  return {
    'kustomization.yaml': `
${set === undefined ? '' : `metadata: { name: ${set} }`}
resources: [objects.yaml]
labels: [{ pairs: { team: shop } }]
configMapGenerator: [{ name: ${name}-cfg, literals: [value=${value}] }]
`,
    'objects.yaml': `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: 1
  selector: { matchLabels: { run: ${name} } }
  template:
    metadata: { labels: { run: ${name} } }
    spec:
      terminationGracePeriodSeconds: 0
      containers:
      - name: web
        image: registry.example.com/shop/web:1
        command: [sleep, infinity]
        envFrom: [{ configMapRef: { name: ${name}-cfg } }]
---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { run: ${name} }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: ${name}-plain }
data: { a: b }
`,
  };
}

const LABEL = ['--prune-label', 'team=shop'];

/** Every object of these kinds, `Kind/name`, generated ones without their hash. */
export async function everything(world: World, namespace: string): Promise<string[]> {
  const lists = await Promise.all(
    (
      [
        ['apps/v1', 'Deployment'],
        ['v1', 'Service'],
        ['v1', 'ConfigMap'],
      ] as const
    ).map(async ([apiVersion, kind]) =>
      (await world.names(apiVersion, kind, namespace)).map(
        (name) => `${kind}/${name.replace(/-[2456789bcdfghkmt]{10}$/, '-HASH')}`,
      ),
    ),
  );
  return lists.flat().sort();
}

const whole = (name: string): string[] =>
  [`ConfigMap/${name}-cfg-HASH`, `ConfigMap/${name}-plain`, `Deployment/${name}`, `Service/${name}`].sort();

export const identityTable: PromiseTable = {
  promise: 'a set has the name that somebody gave it, and a deploy takes nothing that is not its own',
  cases: [
    {
      name: 'two applications in folders called overlays/prod, without names, leave each other alone',
      run: async (world) => {
        const namespace = await world.namespace();
        const folder = await world.folder({});
        for (const name of ['a', 'b']) {
          const files = app(name);
          await world.write(folder, {
            [`${name}/overlays/prod/kustomization.yaml`]: files['kustomization.yaml'],
            [`${name}/overlays/prod/objects.yaml`]: files['objects.yaml'],
          });
        }
        for (const name of ['a', 'b', 'a']) {
          const ran = await world.kapply([
            'deploy',
            '-k',
            `${folder}/${name}/overlays/prod`,
            '-n',
            namespace,
            ...LABEL,
          ]);
          assert.equal(ran.exitCode, 0, ran.stderr + ran.stdout);
        }
        assert.deepEqual(await everything(world, namespace), [...whole('a'), ...whole('b')].sort());
      },
    },
  ],
};

/** What the benchmarks deploy. */
import type { KubeObject } from '../src/objects/object.js';

const lorem = 'the quick brown fox jumps over the lazy dog, '.repeat(20);

/**
 * `configmaps`: what the requests alone cost. `application`: the kinds and proportions of a larger application, which
 * the server works more for, in four waves, and with Deployments to wait for.
 */
export const mixes = ['configmaps', 'application'] as const;
export type Mix = (typeof mixes)[number];

function configMap(metadata: KubeObject['metadata']): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { LEVEL: 'info', 'app.conf': lorem } };
}

/** What every object of the benchmarks carries: the prune label. */
export const LABEL = 'app.kubernetes.io/part-of=bench';

/** Ten letters as kustomize's hashes have them, another ten for each revision. */
function hashOf(revision: number): string {
  return String.fromCharCode(98 + (revision % 3)).repeat(10);
}

function objectAt(index: number, mix: Mix, revision: number): KubeObject {
  const app = `app-${String(index).padStart(4, '0')}`;
  // One config in ten is another revision; the mix has four configs in ten objects.
  const name = isConfigAt(index, mix) ? `${app}-${hashOf(index % CHANGED_IN < 10 ? revision : 0)}` : app;
  const labels = { app: name, 'app.kubernetes.io/part-of': 'bench' };
  const metadata = { name, labels };
  if (mix === 'configmaps') return configMap(metadata);
  switch (index % 10) {
    case 0:
      return {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata,
        spec: {
          // No pods: what is measured is the deploy, not the scheduling of containers.
          replicas: 0,
          selector: { matchLabels: { app: name } },
          template: {
            metadata: { labels },
            spec: {
              containers: [
                {
                  name: 'app',
                  image: 'registry.example/app:1.2.3',
                  ports: [{ containerPort: 8080, name: 'http' }],
                  env: [{ name: 'LEVEL', value: 'info' }],
                  resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
                },
              ],
            },
          },
        },
      };
    case 1:
    case 2:
      return {
        apiVersion: 'v1',
        kind: 'Service',
        metadata,
        spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
      };
    case 3:
    case 4:
      return { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data: { TOKEN: 'c2VjcmV0' } };
    case 5:
      return { apiVersion: 'v1', kind: 'ServiceAccount', metadata };
    default:
      return configMap(metadata);
  }
}

/** Of a hundred objects, the first ten hold the configs that a revision changes. */
const CHANGED_IN = 100;

function isConfigAt(index: number, mix: Mix): boolean {
  return mix === 'configmaps' || index % 10 > 5;
}

/** As one file of manifests. */
export function manifests(count: number, namespace: string, mix: Mix, revision = 0): string {
  return Array.from({ length: count }, (_, index) => objectAt(index, mix, revision))
    .map((object) => JSON.stringify({ ...object, metadata: { ...object.metadata, namespace } }))
    .join('\n---\n');
}

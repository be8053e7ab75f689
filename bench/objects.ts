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

function objectAt(index: number, mix: Mix): KubeObject {
  const name = `app-${String(index).padStart(4, '0')}`;
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

/** As one file of manifests. */
export function manifests(count: number, namespace: string, mix: Mix): string {
  return Array.from({ length: count }, (_, index) => objectAt(index, mix))
    .map((object) => JSON.stringify({ ...object, metadata: { ...object.metadata, namespace } }))
    .join('\n---\n');
}

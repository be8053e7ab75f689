/** What the benchmarks deploy: objects as applications have them, in the proportions of a larger one. */
import type { KubeObject } from '../src/objects/object.js';

const lorem = 'the quick brown fox jumps over the lazy dog, '.repeat(20);

function objectAt(index: number): KubeObject {
  const name = `app-${String(index).padStart(4, '0')}`;
  const labels = { app: name, 'app.kubernetes.io/part-of': 'bench' };
  const metadata = { name, labels };
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
      return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { LEVEL: 'info', 'app.conf': lorem } };
  }
}

/** As one file of manifests. */
export function manifests(count: number, namespace: string): string {
  return Array.from({ length: count }, (_, index) => objectAt(index))
    .map((object) => JSON.stringify({ ...object, metadata: { ...object.metadata, namespace } }))
    .join('\n---\n');
}

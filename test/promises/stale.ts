import assert from 'node:assert/strict';
import type { PromiseTable } from './world.js';

/** A generated ConfigMap with the prune label, and a Deployment that reads it. */
export function shopFiles(color: string, name = 'shop'): Readonly<Record<string, string>> {
  return {
    'kustomization.yaml': `
metadata: { name: ${name} }
resources: [deployment.yaml]
configMapGenerator:
- name: cfg
  literals: [color=${color}]
generatorOptions: { labels: { app: shop } }
`,
    'deployment.yaml': `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 1
  selector: { matchLabels: { run: web } }
  template:
    metadata: { labels: { run: web } }
    spec:
      terminationGracePeriodSeconds: 0
      containers:
      - name: web
        image: registry.example.com/shop/web:1
        command: [sleep, infinity]
        envFrom: [{ configMapRef: { name: cfg } }]
`,
  };
}

/** The first promise: what is stale goes, and what is used stays. */
export const staleTable: PromiseTable = {
  promise: 'what a change of configuration leaves behind is deleted once everything runs on the new one',
  cases: [
    {
      name: 'a deploy, a change, a deploy',
      run: async (world) => {
        const namespace = await world.namespace();
        const folder = await world.folder(shopFiles('red'));
        const deploy = () => world.kapply(['deploy', '-k', folder, '-n', namespace, '--prune-label', 'app=shop']);
        assert.equal((await deploy()).exitCode, 0);
        const [first] = await world.names('v1', 'ConfigMap', namespace);
        await world.write(folder, shopFiles('blue'));
        assert.equal((await deploy()).exitCode, 0);
        const names = await world.names('v1', 'ConfigMap', namespace);
        assert.equal(names.length, 1);
        assert.notEqual(names[0], first);
      },
    },
  ],
};

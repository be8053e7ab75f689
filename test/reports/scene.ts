/** What the cases of users' reports are played on: a sandbox, an overlay with a Deployment and its configs, and kapply's commands. */
import assert from 'node:assert/strict';
import { findResource } from '../../src/cluster/cluster.js';
import { connect } from '../../src/cluster/connect.js';
import type { KubeObject } from '../../src/objects/object.js';
import { configs } from '../commands/overlay.js';
import { runKapply } from '../commands/runKapply.js';
import { sandboxScene } from '../commands/sandboxScene.js';

/** A Deployment that reads both configs at its start. */
export const web = (
  more: { readonly image?: string; readonly metadata?: string; readonly spec?: string } = {},
): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web${more.metadata ?? ''} }
spec:
  ${more.spec ?? 'replicas: 1'}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
      - name: app
        image: ${more.image ?? 'shop/web'}
        envFrom: [{ configMapRef: { name: cfg } }, { secretRef: { name: db } }]
`;

export const DEPLOY = ['deploy', '-k', '.', '--prune-label', 'app=shop'];

/** Makes a sandbox and an overlay for every case of the suite that calls it. */
export function reportScene() {
  const scene = sandboxScene({
    'kustomization.yaml': configs('password1', 'resources: [web.yaml]'),
    'web.yaml': web(),
  });
  const { later, environment, kapply } = scene;
  async function deploy(...more: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await kapply(...DEPLOY, ...more);
    assert.equal(exitCode, 0, stdout + stderr);
    return stdout;
  }
  const setPassword = (password: string) =>
    scene.overlay.write({ 'kustomization.yaml': configs(password, 'resources: [web.yaml]') });
  const stored = (kind: string, namespace = 'default'): readonly KubeObject[] =>
    scene.sandbox.store.list(kind, { namespace });
  const names = (kind: string, namespace?: string): string[] =>
    stored(kind, namespace)
      .map(({ metadata }) => metadata.name)
      // Neither the certificate of each namespace nor the records of deploys.
      .filter((name) => name !== 'kube-root-ca.crt' && !name.startsWith('kapply-'))
      .sort();
  /** Puts an object there as kubectl's server-side apply would. */
  async function apply(text: string, ...more: string[]): Promise<void> {
    later();
    const { exitCode, stdout, stderr } = await runKapply(
      ['deploy', '-f', '-', '--set', 'elsewhere', '--no-wait', ...more],
      { ...environment(), stdin: text },
    );
    assert.equal(exitCode, 0, stdout + stderr);
  }

  /** Puts an object there as `kubectl apply` or `kubectl create` of the client side would. */
  async function createAsKubectl(object: KubeObject, manager = 'kubectl-client-side-apply') {
    const cluster = await connect({ env: {}, kubeconfig: scene.sandbox.kubeconfig });
    try {
      const [group = '', version = 'v1'] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : ['', 'v1'];
      const resource = findResource(await cluster.discover(), group, version, object.kind);
      assert.ok(resource);
      const metadata = { namespace: 'default', ...object.metadata };
      const isApplied = manager === 'kubectl-client-side-apply';
      const annotations = {
        'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ ...object, metadata }),
      };
      await cluster.create(
        { resource, namespace: 'default', name: metadata.name },
        { ...object, metadata: isApplied ? { ...metadata, annotations } : metadata },
        { fieldManager: manager },
      );
    } finally {
      await cluster.close();
    }
  }

  return Object.assign(scene, { deploy, setPassword, stored, names, apply, createAsKubectl });
}

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../src/cluster/connect.js';
import type { Cluster } from '../../src/cluster/cluster.js';
import { openSandbox, startOnlySandbox } from '../../src/sandbox/openSandbox.js';
import { readState } from '../../src/sandbox/persistence.js';
import { startSandbox } from '../../src/sandbox/index.js';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/index.js';

const connectTo = (kubeconfig: string): Promise<Cluster> => connect({ kubeconfig, env: {} });

describe('sandbox/startSandbox', () => {
  let folder = '';
  const open: { close(): Promise<void> }[] = [];
  const start = async (options: SandboxOptions = {}): Promise<Sandbox> => {
    const sandbox = await startSandbox(options);
    open.push(sandbox);
    return sandbox;
  };
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kapply-test-'))));
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('speaks HTTP/2 and HTTP/1.1 on one port, with a certificate that its authority signed', async () => {
    const { url, ca, token } = await start({ controllers: false });
    const session = connectHttp2(url, { ca });
    const stream = session.request({ ':path': '/version', authorization: `Bearer ${token}` });
    let text = '';
    for await (const chunk of stream) text += String(chunk);
    session.close();
    assert.equal((JSON.parse(text) as { major: string }).major, '1');
    const status = await new Promise((resolve, reject) => {
      const sent = request(`${url}/readyz`, { ca, agent: false }, (response) => {
        response.resume();
        resolve([response.statusCode, response.httpVersion]);
      });
      sent.on('error', reject);
      sent.end();
    });
    assert.deepEqual(status, [200, '1.1']);
  });

  it('writes a kubeconfig that reaches it, for its owner alone, and takes it away at the end', async () => {
    const sandbox = await startSandbox({ controllers: false });
    const { kubeconfig } = sandbox;
    assert.equal(statSync(kubeconfig).mode & 0o777, 0o600);
    const cluster = await connectTo(kubeconfig);
    const { resources } = await cluster.discover();
    assert.ok(resources.some(({ kind }) => kind === 'Deployment'));
    await cluster.close();
    await sandbox.close();
    assert.ok(!existsSync(kubeconfig));
  });

  it('goes on from its state file: objects, versions, token and port', async () => {
    const stateFile = join(folder, 'state.json');
    const first = await startSandbox({ stateFile, controllers: false });
    first.store.create('ConfigMap', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kept', namespace: 'default' },
      data: { k: 'v' },
    });
    const before = first.store.get('ConfigMap', 'default', 'kept');
    await first.close();
    const second = await start({ stateFile, controllers: false });
    assert.deepEqual(second.store.get('ConfigMap', 'default', 'kept'), before);
    assert.equal(second.store.revision(), first.store.revision());
    assert.deepEqual([second.url, second.token, second.ca], [first.url, first.token, first.ca]);
  });

  it('keeps the state file whole at any moment, readable by its owner alone', async () => {
    const stateFile = join(folder, 'state.json');
    const { store } = await start({ stateFile, controllers: false });
    for (let i = 0; i < 20; i++) {
      store.create('ConfigMap', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `c${i}`, namespace: 'default' },
      });
      await new Promise((resolve) => setTimeout(resolve, 10));
      assert.ok(readState(stateFile)!.store.revision <= store.revision());
    }
    assert.equal(statSync(stateFile).mode & 0o777, 0o600);
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(readState(stateFile)?.store.revision, store.revision());
    assert.deepEqual(readdirSync(folder), ['state.json']);
  });

  for (const text of ['', '{', '[]', '{"format":2}', 'null']) {
    it(`refuses the state file "${text}"`, async () => {
      const stateFile = join(folder, 'state.json');
      writeFileSync(stateFile, text);
      await assert.rejects(startSandbox({ stateFile }), { code: 'SandboxStateInvalid', exitCode: 2 });
      assert.equal(readFileSync(stateFile, 'utf8'), text);
    });
  }

  it('lets one sandbox at a time run on a state file; commands use the one that runs', async () => {
    const stateFile = join(folder, 'deep', 'state.json');
    const opened = await openSandbox(stateFile);
    open.push(opened);
    await assert.rejects(startOnlySandbox({ stateFile }), { code: 'SandboxRunning', exitCode: 2 });
    const again = await openSandbox(stateFile);
    const cluster = await connectTo(again.kubeconfig);
    assert.equal(cluster.server, readState(stateFile)?.url);
    await cluster.close();
    await again.close();
    const still = await connectTo(opened.kubeconfig);
    await still.discover();
    await still.close();
  });

  it('fails where the port that was asked for is taken, and leaves nothing running', async () => {
    const { url } = await start({ controllers: false });
    await assert.rejects(startSandbox({ port: Number(new URL(url).port) }), { code: 'EADDRINUSE' });
  });

  it('knows the users that it is told of, with the rights that roles give them', async () => {
    const sandbox = await start({ controllers: false, users: [{ token: 't', name: 'someone', groups: [] }] });
    const file = join(folder, 'kubeconfig');
    const text = readFileSync(sandbox.kubeconfig, 'utf8').replaceAll(sandbox.token, 't');
    writeFileSync(file, text);
    const cluster = await connectTo(file);
    const { resources } = await cluster.discover();
    const configMaps = resources.find(({ kind }) => kind === 'ConfigMap')!;
    await assert.rejects(cluster.list(configMaps, { namespace: 'default' }), { code: 'Forbidden' });
    sandbox.store.create('rbac.authorization.k8s.io/RoleBinding', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'someone', namespace: 'default' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [{ kind: 'User', name: 'someone', apiGroup: 'rbac.authorization.k8s.io' }],
    });
    assert.ok((await cluster.list(configMaps, { namespace: 'default' })).items.length >= 0);
    const secrets = resources.find(({ kind }) => kind === 'Secret')!;
    await assert.rejects(cluster.list(secrets, { namespace: 'default' }), { code: 'Forbidden' });
    await cluster.close();
  });

  it('binds an account without a namespace in the namespace of its RoleBinding', async () => {
    const name = 'system:serviceaccount:default:robot';
    const sandbox = await start({ controllers: false, users: [{ token: 't', name, groups: [] }] });
    const admin = await connectTo(sandbox.kubeconfig);
    const { resources } = await admin.discover();
    const find = (kind: string) => resources.find((resource) => resource.kind === kind)!;
    const binding = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'robot', namespace: 'default' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [{ kind: 'ServiceAccount', name: 'robot' }],
    };
    const address = { resource: find('RoleBinding'), namespace: 'default', name: 'robot' };
    await admin.create(address, binding, { fieldManager: 'test' });
    const file = join(folder, 'robot');
    writeFileSync(file, readFileSync(sandbox.kubeconfig, 'utf8').replaceAll(sandbox.token, 't'));
    const robot = await connectTo(file);
    assert.ok((await robot.list(find('ConfigMap'), { namespace: 'default' })).items.length >= 0);
    await admin.close();
    await robot.close();
  });

  it('holds 10,000 objects, and lists, selects and watches among them', async () => {
    const { store, kubeconfig } = await start({ controllers: false });
    for (let i = 0; i < 10_000; i++) {
      const metadata = { name: `c-${i}`, namespace: 'default', labels: { tenth: String(i % 10) } };
      store.create('ConfigMap', { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { k: 'v'.repeat(200) } });
    }
    const cluster = await connectTo(kubeconfig);
    const { resources } = await cluster.discover();
    const configMaps = resources.find(({ kind }) => kind === 'ConfigMap')!;
    assert.equal((await cluster.list(configMaps, { namespace: 'default' })).items.length, 10_000);
    assert.equal(
      (await cluster.list(configMaps, { namespace: 'default', labelSelector: 'tenth=3' })).items.length,
      1000,
    );
    await cluster.close();
  });

  it('answers many big lists on one session at once', async () => {
    const { store, url, ca, token } = await start({ controllers: false });
    for (let i = 0; i < 1000; i++) {
      const metadata = { name: `c-${i}`, namespace: 'default' };
      store.create('ConfigMap', { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { k: 'v'.repeat(500) } });
    }
    const session = connectHttp2(url, { ca, maxSessionMemory: 1000 });
    const lengths = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const path = '/api/v1/namespaces/default/configmaps';
        const stream = session.request({ ':path': path, authorization: `Bearer ${token}` });
        let length = 0;
        for await (const chunk of stream) length += (chunk as Buffer).length;
        return length;
      }),
    );
    assert.equal(new Set(lengths).size, 1);
    session.close();
  });
});

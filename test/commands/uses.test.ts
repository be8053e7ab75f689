/** `kapply uses`, as whole commands: who names an object, and what nothing names. */
import assert from 'node:assert/strict';
import type { Unused } from '../../src/engine/status/readUnused.js';
import type { FoundUses } from '../../src/engine/status/readUses.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { until } from '../until.js';
import { makeOverlay, webDeployment, type Overlay } from './overlay.js';
import { runKapply } from './runKapply.js';

const kustomization = (color: string): string => `
resources: [web.yaml]
configMapGenerator: [{ name: cfg, literals: [color=${color}] }]
secretGenerator: [{ name: db, literals: [password=hunter2] }]
`;

const WEB = webDeployment(
  `        envFrom: [{ configMapRef: { name: cfg } }]
        env: [{ name: PASSWORD, valueFrom: { secretKeyRef: { name: db, key: password } } }]
      volumes:
      - { name: later, configMap: { name: not-there, optional: true } }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: nobodys }
data: { a: b }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: mentioned }
data: { other: nobodys-friend }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: mentions }
data: { next: mentioned }
`,
  { replicas: 2 },
);

describe('kapply uses', () => {
  let sandbox: Sandbox;
  let overlay: Overlay;
  let clock = 0;

  before(async () => {
    sandbox = await startSandbox({ now: () => Date.now() + clock });
    overlay = await makeOverlay({ 'kustomization.yaml': kustomization('red'), 'web.yaml': WEB });
    for (const color of ['red', 'blue']) {
      await overlay.write({ 'kustomization.yaml': kustomization(color) });
      const { exitCode, stdout, stderr } = await kapply('deploy', '-k', '.', '--set', 'shop');
      assert.equal(exitCode, 0, stdout + stderr);
    }
    await until('the pods of the first are gone', () => sandbox.store.list('Pod').length === 2);
  });
  after(async () => {
    await overlay.remove();
    await sandbox.close();
  });

  function kapply(...argv: string[]) {
    clock += 3000;
    return runKapply(argv, { cwd: overlay.folder, env: { KUBECONFIG: sandbox.kubeconfig } });
  }
  async function found<T>(...argv: string[]): Promise<T> {
    const { exitCode, stdout, stderr } = await kapply('uses', '-o', 'json', ...argv);
    assert.equal(exitCode, 0, stdout + stderr);
    return JSON.parse(stdout) as T;
  }

  it('names every user of a revision, the field and the revision, newest first', async () => {
    const { objects } = await found<FoundUses>('configmap/cfg');
    assert.deepEqual(
      objects.map(({ state, exists }) => [state, exists]),
      [
        ['current', true],
        ['rollback', true],
      ],
    );
    const users = objects.map((one) =>
      one.users.map(({ user, revision, active, through }) => [user.kind, revision, active, through.join()]).sort(),
    );
    const inTemplate = 'spec.template.spec.containers[0].envFrom[0].configMapRef.name';
    const inPod = 'spec.containers[0].envFrom[0].configMapRef.name';
    assert.deepEqual(users, [
      [
        ['Deployment', undefined, true, inTemplate],
        ['Pod', '2', true, inPod],
        ['Pod', '2', true, inPod],
        ['ReplicaSet', '2', true, inTemplate],
      ],
      [['ReplicaSet', '1', false, inTemplate]],
    ]);
  });

  it('says it in lines: the workload, where it names the object, and which pods of which revision', async () => {
    const { exitCode, stdout } = await kapply('uses', 'cm/cfg');
    assert.equal(exitCode, 0);
    const [heading, root, path, revision, , other, , , undo] = stdout.split('\n');
    assert.match(heading!, /^default\/ConfigMap\/cfg-\w{10} {2}● current$/);
    assert.equal(root, '  default/Deployment/web');
    assert.equal(path, '    spec.template.spec.containers[0].envFrom[0].configMapRef.name');
    assert.match(revision!, /^ {4}revision 2: (\w+\/web-[\w-]+, ){2}\w+\/web-[\w-]+$/);
    assert.match(other!, /^default\/ConfigMap\/cfg-\w{10} {2}↩ rollback$/);
    assert.match(undo!, /^ {4}revision 1: ReplicaSet\/web-\w+ \(only a rollout undo goes back to it\)$/);
  });

  for (const word of ['deploy', 'deployments', 'Deployment', 'deployments.apps', 'deployments.v1.apps']) {
    it(`takes ${word} for the kind, as kubectl does`, async () => {
      const { objects } = await found<FoundUses>(`${word}/web`);
      assert.deepEqual(
        objects.map(({ group, kind, state }) => [group, kind, state]),
        [['apps', 'Deployment', 'stale']],
      );
    });
  }

  it('tells who names an object that is not there', async () => {
    const { objects } = await found<FoundUses>('cm/not-there');
    assert.deepEqual(
      objects.map(({ exists, state }) => [exists, state]),
      [[false, 'current']],
    );
    const { stdout } = await kapply('uses', 'cm/not-there');
    assert.match(stdout, /it is not there/);
    const graph = await kapply('uses', 'cm/not-there', '-o', 'mermaid');
    assert.match(graph.stdout, /\n {2}n0\["default\/ConfigMap\/not-there"\]:::missing\n/);
  });

  const refusals = [
    {
      words: ['cm/cgf'],
      says: /there is no ConfigMap\/cgf in default, and nothing names it[^]*Did you mean ConfigMap\/cfg\?/,
    },
    { words: ['cm/cgf', '-A'], says: /there is no cm\/cgf in any namespace/ },
    { words: ['configmpa/cfg'], says: /no kind "configmpa"[^]*Did you mean configmap\/cfg\?/ },
    { words: ['cfg'], says: /"cfg" names no object/ },
    { words: [], says: /the users of what\?/ },
    { words: ['--unused', 'cm/cfg'], says: /--unused looks at all/ },
    { words: ['--unused', '-o', 'dot'], says: /-o dot goes with names/ },
    { words: ['cm/cfg', '-l', 'a=b'], says: /-l goes with --unused/ },
    { words: ['cm/cfg', '-n', 'defualt'], says: /no namespace defualt[^]*Did you mean default\?/ },
  ];
  for (const { words, says } of refusals) {
    it(`refuses ${['uses', ...words].join(' ')}`, async () => {
      const { exitCode, stderr } = await kapply('uses', ...words);
      assert.equal(exitCode, 2);
      assert.match(stderr, says);
    });
  }

  it('draws the uses for Mermaid and Graphviz', async () => {
    const mermaid = await kapply('uses', 'secret/db', '-o', 'mermaid');
    assert.match(
      mermaid.stdout,
      /^flowchart LR\n {2}n0\["default\/Secret\/db-\w{10}"\]\n {2}n1\["default\/Deployment\/web"\]\n {2}n1 -->\|"containers\[0\]\.env\[0\]\.valueFrom\.secretKeyRef"\| n0\n {2}n1 -->\|"revision 2, 2 pods"\| n0\n {2}n1 -\.->\|"revision 1"\| n0\n$/,
    );
    const dot = await kapply('uses', 'secret/db', '-o', 'dot');
    assert.match(dot.stdout, /^digraph uses \{\n[^]*n1 -> n0 \[label="revision 1", style=dashed\];\n\}\n$/);
  });

  it('lists what nothing names: neither what is used, nor what a text mentions, nor what Kubernetes makes', async () => {
    const { families, looked } = await found<Unused>('--unused');
    assert.equal(looked, 6);
    assert.deepEqual(
      families.map(({ kind, name, generated, objects }) => [kind, name, generated, objects.map((one) => one.rollback)]),
      [
        ['ConfigMap', 'cfg', true, [true]],
        ['ConfigMap', 'mentions', false, [false]],
        ['ConfigMap', 'nobodys', false, [false]],
      ],
    );
    assert.deepEqual(
      [...new Set(families.flatMap(({ objects }) => objects.map(({ manager }) => manager)))],
      ['kapply'],
    );
    const { stdout } = await kapply('uses', '--unused', '-l', 'no=thing');
    assert.equal(stdout, 'no ConfigMaps or Secrets\n');
  });

  it('reads no value of any Secret', async () => {
    for (const argv of [['secret/db'], ['--unused'], ['secret/db', '-o', 'dot']]) {
      const { stdout, stderr } = await kapply('uses', ...argv);
      assert.doesNotMatch(stdout + stderr, /hunter2|aHVudGVyMg/);
    }
  });
});

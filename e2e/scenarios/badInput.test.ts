/** Bad input exits 2 with where and what, and nothing was sent: the server did not even see a connection. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { environment } from '../harness/environment.js';
import { kapply } from '../harness/program.js';
import { temporaryFolder, writeTree, type Tree } from '../harness/tree.js';

interface Case {
  readonly what: string;
  readonly tree: Tree;
  readonly says: readonly RegExp[];
  readonly flags?: readonly string[];
}

const configMap = (name: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: { a: b }\n`;

const cases: readonly Case[] = [
  {
    what: 'YAML that is none',
    tree: { 'kustomization.yaml': 'resources: [a.yaml]', 'a.yaml': 'apiVersion: v1\nkind: [ConfigMap\n' },
    says: [/a\.yaml:\d/],
  },
  {
    what: 'a duplicate key',
    tree: {
      'kustomization.yaml': 'resources: [a.yaml]',
      'a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata:\n  k: "1"\n  k: "2"\n',
    },
    says: [/a\.yaml:6/, /\bk\b/],
  },
  {
    what: 'an object without a name',
    tree: { 'kustomization.yaml': 'resources: [a.yaml]', 'a.yaml': 'apiVersion: v1\nkind: ConfigMap\ndata: {}\n' },
    says: [/a\.yaml/, /name/],
  },
  {
    what: 'the same object twice',
    tree: { 'kustomization.yaml': 'resources: [a.yaml, b.yaml]', 'a.yaml': configMap('x'), 'b.yaml': configMap('x') },
    says: [/ConfigMap\/x|ConfigMap.*x/],
  },
  {
    what: 'a file that is missing',
    tree: { 'kustomization.yaml': 'resources: [absent.yaml]' },
    says: [/absent\.yaml/, /kustomization\.yaml/],
  },
  {
    what: 'an unknown field of the kustomization',
    tree: { 'kustomization.yaml': 'resources: [a.yaml]\nresorces: []', 'a.yaml': configMap('x') },
    says: [/resorces/],
  },
  {
    what: 'a file outside the root',
    tree: {
      'kustomization.yaml': 'configMapGenerator: [{name: x, files: [../../../../../../../../etc/hostname]}]',
    },
    says: [/etc\/hostname/],
  },
  {
    what: 'a selector without a positive requirement',
    tree: { 'kustomization.yaml': 'resources: [a.yaml]', 'a.yaml': configMap('x') },
    flags: ['--prune-label', 'appconfig!=other'],
    says: [/appconfig!=other/],
  },
  {
    what: 'a selector that is none',
    tree: { 'kustomization.yaml': 'resources: [a.yaml]', 'a.yaml': configMap('x') },
    flags: ['--prune-label', 'appconfig in ('],
    says: [/appconfig in \(/],
  },
  {
    what: 'nothing rendered',
    tree: { 'kustomization.yaml': 'resources: []' },
    flags: ['--prune-label', 'appconfig=myconfig'],
    says: [/kustomization|render|object/i],
  },
  {
    what: 'generateName',
    tree: {
      'kustomization.yaml': 'resources: [a.yaml]',
      'a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { generateName: x- }\n',
    },
    says: [/generateName|name/],
  },
  {
    what: 'an environment variable twice',
    tree: {
      'kustomization.yaml': 'resources: [a.yaml]',
      'a.yaml': `apiVersion: v1
kind: Pod
metadata: { name: x }
spec:
  containers:
    - name: app
      image: busybox
      env: [{ name: A, value: "1" }, { name: A, value: "2" }]
`,
    },
    says: [/Pod\/x/, /\bA\b/],
  },
  {
    what: 'an unknown flag in .kapply.yaml',
    tree: {
      'kustomization.yaml': 'resources: [a.yaml]',
      'a.yaml': configMap('x'),
      '.kapply.yaml': 'timeout: 5m\nprune-labels: a=b\n',
    },
    says: [/\.kapply\.yaml:2:1/, /prune-labels/],
  },
  {
    what: 'an unknown flag',
    tree: { 'kustomization.yaml': 'resources: [a.yaml]', 'a.yaml': configMap('x') },
    flags: ['--prune-labels', 'a=b'],
    says: [/prune-labels/],
  },
];

describe('bad input exits 2, and nothing was sent', () => {
  let server: Server;
  let kubeconfig: string;
  let connections = 0;

  before(async () => {
    server = createServer((socket) => {
      connections++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    kubeconfig = join(await temporaryFolder(), 'kubeconfig');
    const text = await readFile(environment().kubeconfig, 'utf8');
    await writeFile(kubeconfig, text.replace(/https:\/\/[^"\s]+/, `https://127.0.0.1:${port}`), { mode: 0o600 });
  });
  after(() => server.close());

  for (const { what, tree, says, flags = [] } of cases) {
    it(what, async () => {
      const folder = await writeTree(await temporaryFolder(), tree);
      connections = 0;
      const ran = await kapply(['deploy', '-k', folder, ...flags], { kubeconfig });
      assert.equal(ran.code, 2, ran.transcript);
      for (const pattern of says) assert.match(ran.stdout + ran.stderr, pattern);
      assert.equal(connections, 0, 'the server saw a connection');
    });
  }
});

import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { KapplyError } from '../../../src/errors.js';
import { readManifests, type ReadManifestsOptions } from '../../../src/render/manifests/manifests.js';
import { withFiles, type Files } from '../oracle.js';

const config = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;

async function names(files: Files, paths: readonly string[], options: ReadManifestsOptions = {}): Promise<string[]> {
  const { objects } = await withFiles(files, (cwd) => readManifests(paths, { cwd, ...options }));
  return objects.map(
    ({ object, origin }) => `${origin.file}:${origin.line ?? 0} ${object.kind}/${object.metadata.name}`,
  );
}

async function failure(text: string): Promise<KapplyError> {
  try {
    await withFiles({ 'm.yaml': text }, (cwd) => readManifests(['m.yaml'], { cwd }));
  } catch (error) {
    assert.ok(error instanceof KapplyError, String(error));
    return error;
  }
  return assert.fail('it was read');
}

async function* chunks(...parts: (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  for (const part of parts) yield await Promise.resolve(part);
}

describe('readManifests', () => {
  it('reads several documents of a file, with the line of each', async () => {
    assert.deepEqual(
      await names({ 'a.yaml': `# first\n${config('a')}---\n---\n# none\n---\n${config('b')}` }, ['a.yaml']),
      ['a.yaml:2 ConfigMap/a', 'a.yaml:10 ConfigMap/b'],
    );
  });

  it('reads folders by name, and those within with -R only', async () => {
    const files: Files = {
      'dir/b.yml': config('b'),
      'dir/a.json': JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }),
      'dir/sub/c.yaml': config('c'),
      'dir/z.yaml': config('z'),
      'dir/notes.txt': 'not: [yaml',
    };
    assert.deepEqual(await names(files, ['dir']), [
      'dir/a.json:1 ConfigMap/a',
      'dir/b.yml:1 ConfigMap/b',
      'dir/z.yaml:1 ConfigMap/z',
    ]);
    assert.deepEqual(await names(files, ['dir'], { recursive: true }), [
      'dir/a.json:1 ConfigMap/a',
      'dir/b.yml:1 ConfigMap/b',
      'dir/sub/c.yaml:1 ConfigMap/c',
      'dir/z.yaml:1 ConfigMap/z',
    ]);
  });

  it('reads a file with any name where it is given, and follows links to files', async () => {
    await withFiles({ 'x/real.txt': config('a') }, async (cwd) => {
      symlinkSync(join(cwd, 'x/real.txt'), join(cwd, 'x/link.yaml'));
      symlinkSync(join(cwd, 'x'), join(cwd, 'x/self.yaml'));
      const { objects } = await readManifests(['x'], { cwd, recursive: true });
      assert.deepEqual(
        objects.map(({ origin }) => origin.file),
        ['x/link.yaml'],
      );
      assert.equal((await readManifests(['x/real.txt'], { cwd })).objects.length, 1);
    });
  });

  it('reads stdin', async () => {
    const whole = Buffer.from(config('\u00e9').replace('\u00e9', 'a # \u00e9'));
    const stdin = chunks(whole.subarray(0, 45), whole.subarray(45));
    assert.deepEqual(await names({}, ['-'], { stdin }), ['stdin:1 ConfigMap/a']);
    await assert.rejects(readManifests(['-', '-'], { stdin: chunks() }), { code: 'UsageError' });
    await assert.rejects(readManifests(['-']), { code: 'UsageError' });
  });

  it('opens lists, lists in lists, and lists whose items leave their type to them', async () => {
    const text = `apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Service
  metadata: {name: s}
- apiVersion: apps/v1
  kind: DeploymentList
  items:
  - metadata: {name: d}
  - {apiVersion: apps/v1, kind: Deployment, metadata: {name: e}}
---
apiVersion: v1
kind: ConfigMapList
items: []
`;
    const { objects } = await withFiles({ 'l.yaml': text }, (cwd) => readManifests(['l.yaml'], { cwd }));
    assert.deepEqual(
      objects.map(({ object }) => [object.apiVersion, object.kind, object.metadata.name]),
      [
        ['v1', 'Service', 's'],
        ['apps/v1', 'Deployment', 'd'],
        ['apps/v1', 'Deployment', 'e'],
      ],
    );
  });

  it('reads YAML 1.1 as kubectl does', async () => {
    const text = `${config('a')}data: {a: "yes", b: "0777"}\nimmutable: yes\nmode: 0777\n`;
    const { objects } = await withFiles({ 'm.yaml': text }, (cwd) => readManifests(['m.yaml'], { cwd }));
    assert.equal(objects[0]?.object.immutable, true);
    assert.equal(objects[0].object.mode, 511);
    assert.equal(objects[0].generated, false);
  });

  it('reads UTF-16 with a byte order mark', async () => {
    const utf16 = Buffer.from(`\ufeff${config('a')}`, 'utf16le');
    assert.deepEqual(await names({ 'a.yaml': utf16, 'b.yaml': Buffer.from(utf16).swap16() }, ['a.yaml']), [
      'a.yaml:1 ConfigMap/a',
    ]);
    assert.deepEqual(await names({ 'b.yaml': Buffer.from(utf16).swap16() }, ['b.yaml']), ['b.yaml:1 ConfigMap/a']);
  });

  const errors: readonly [name: string, text: string, code: string, line: number, column?: number][] = [
    ['YAML that cannot be read', 'a: [\n', 'InvalidYaml', 2, 1],
    ['a list at the top', '- a\n', 'NotAnObject', 1],
    ['no apiVersion', 'kind: ConfigMap\nmetadata: {name: a}\n', 'MissingApiVersion', 1],
    [
      'an apiVersion that is a number',
      `kind: ConfigMap\napiVersion: 1\nmetadata: {name: a}\n`,
      'MissingApiVersion',
      2,
      1,
    ],
    ['no kind', `${config('a')}---\napiVersion: v1\nmetadata: {name: a}\n`, 'MissingKind', 6],
    ['no metadata', 'apiVersion: v1\nkind: ConfigMap\n', 'MissingName', 1],
    ['no name', 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  labels: {}\n', 'MissingName', 3, 1],
    ['a name that is a number', config('1'), 'InvalidMetadata', 4, 3],
    ['a name to be generated', config('a').replace('name', 'generateName'), 'GeneratedName', 4, 3],
    ['a label that is a boolean', `${config('a')}  labels:\n    a: b\n    on: yes\n`, 'InvalidMetadata', 7, 5],
    ['annotations that are a list', `${config('a')}  annotations: [a]\n`, 'InvalidMetadata', 5, 3],
    ['a namespace that is a number', `${config('a')}  namespace: 1\n`, 'InvalidMetadata', 5, 3],
    ['items that are no list', 'apiVersion: v1\nkind: List\nitems: {}\n', 'InvalidList', 3, 1],
    ['an item without kind', 'apiVersion: v1\nkind: List\nitems:\n- a: b\n', 'MissingApiVersion', 4, 3],
    [
      'a kustomization',
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n',
      'KustomizationAsManifest',
      2,
      1,
    ],
    ['the same object twice', `${config('a')}---\n${config('b')}---\n${config('a')}`, 'DuplicateResource', 11],
    [
      'the same object in two versions',
      `${config('a')}---\n${config('a').replace('v1', 'v2')}`,
      'DuplicateResource',
      6,
    ],
  ];
  for (const [name, text, code, line, column] of errors) {
    it(`refuses ${name}, and says where`, async () => {
      const error = await failure(text);
      assert.equal(error.code, code);
      assert.equal(error.exitCode, 2);
      assert.deepEqual(error.position, { file: 'm.yaml', line, ...(column !== undefined && { column }) });
    });
  }

  it('takes the same name in two namespaces', async () => {
    assert.equal(
      (await names({ 'a.yaml': `${config('a')}---\n${config('a')}  namespace: other\n` }, ['a.yaml'])).length,
      2,
    );
  });

  it('says which path does not exist, holds nothing, or is not text', async () => {
    await withFiles({ 'dir/x.txt': '', 'bad.yaml': Buffer.from([0x61, 0xff]) }, async (cwd) => {
      await assert.rejects(readManifests(['nowhere.yaml'], { cwd }), { code: 'FileNotFound' });
      await assert.rejects(readManifests(['https://example.com/a.yaml'], { cwd }), { code: 'FileNotFound' });
      await assert.rejects(readManifests(['dir'], { cwd }), { code: 'NoManifests' });
      await assert.rejects(readManifests(['bad.yaml'], { cwd }), { code: 'InvalidText' });
    });
  });
});

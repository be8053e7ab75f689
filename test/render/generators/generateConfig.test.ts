import assert from 'node:assert/strict';
import { inputError, KapplyError } from '../../../src/errors.js';
import type { Json, JsonObject } from '../../../src/objects/object.js';
import { makeConfigMap, makeSecret, type SecretArgs } from '../../../src/render/generators/generateConfig.js';
import { contentHash } from '../../../src/render/generators/hash.js';
import { emitYaml } from '../../../src/render/yaml/emit.js';
import { findKustomize, kustomizeBuild, withFiles, type Files } from '../oracle.js';

const FILES: Files = {
  'plain.txt': 'hello\nworld\n',
  'empty.txt': '',
  'binary.bin': Buffer.from([0xff, 0xfe, 0, 1, 2]),
  'long.bin': Buffer.from(Array.from({ length: 200 }, (_, index) => index)),
  'bom.txt': '\ufeffwith bom\n',
  'crlf.txt': 'a\r\nb\r\n',
  'html.txt': '<a href="x">&amp;</a>\u2028 \u00e9 \u{1f600} \t\b\f\u0001',
  'sub/dir/deep.conf': 'deep: true',
  'app.env':
    '\ufeffFIRST=1\n# comment\n\n  INDENTED = spaced \nQUOTED="x y"\nSINGLE=\'z\'\nNOVALUE\nEMPTY=\nEQUALS=a=b=c\nexport EXP=1\nINLINE=x # not a comment\nTAB\t=t\nCR=v\r\n=nokey\nLAST=end',
  'utf8.env': 'K\u00c9Y=\u00fc\n\u00a0\u3000NBSP=x\n\ufeffBOM=late\n',
};

function readFile(path: string): Uint8Array {
  const content = FILES[path];
  if (content === undefined) throw inputError('FileNotFound', path);
  return Buffer.from(content);
}

interface Case {
  readonly name: string;
  readonly args: Partial<SecretArgs>;
}

const cases: readonly Case[] = [
  { name: 'nothing', args: {} },
  {
    name: 'literals',
    args: {
      literals: ['a=1', 'b=', 'c="quoted"', "d='single'", 'e="', 'f=x=y', 'g=""', 'h="a\'', 'i= spaced ', 'j=a\nb'],
    },
  },
  {
    name: 'files',
    args: { files: ['plain.txt', 'key=plain.txt', 'empty.txt', 'sub/dir/deep.conf', 'crlf.txt', 'bom.txt'] },
  },
  { name: 'binary files', args: { files: ['binary.bin', 'long.bin', 'plain.txt'] } },
  { name: 'only binary files', args: { files: ['binary.bin'] } },
  { name: 'HTML and control characters', args: { files: ['html.txt'] } },
  { name: 'an env file', args: { envs: ['app.env'] } },
  { name: 'the old form of env', args: { env: 'app.env' } },
  { name: 'an env file beyond ASCII', args: { envs: ['utf8.env'] } },
  { name: 'all sources', args: { envs: ['app.env'], literals: ['a=1'], files: ['plain.txt'] } },
  { name: 'a namespace', args: { namespace: 'ns', literals: ['a=1'] } },
  {
    name: 'labels, annotations and immutable',
    args: { literals: ['a=1'], options: { labels: { l: 'true', m: '1' }, annotations: { n: 'x y' }, immutable: true } },
  },
  { name: 'names of Object.prototype', args: { literals: ['__proto__=a', 'constructor=b', 'toString=c'] } },
  {
    name: 'keys in all orders',
    args: { literals: ['b=1', 'B=2', 'a10=3', 'a2=4', '_=5', '\u00e9=6', '\u{1f600}=7', '\uff5e=8'] },
  },
];

function withSuffix(object: JsonObject): Json {
  const metadata = object.metadata as JsonObject;
  return { ...object, metadata: { ...metadata, name: `${metadata.name as string}-${contentHash(object)}` } };
}

describe('generators', () => {
  for (const { name, args } of cases) {
    for (const [kind, field, make] of [
      ['ConfigMap', 'configMapGenerator', makeConfigMap],
      ['Secret', 'secretGenerator', makeSecret],
    ] as const) {
      it(`make the same ${kind} as kustomize from ${name}`, async function () {
        const kustomize = findKustomize();
        if (kustomize === undefined) return this.skip();
        const generator = { name: 'cfg', ...args };
        const kustomization = JSON.stringify({ [field]: [generator] });
        const built = await withFiles({ ...FILES, 'kustomization.yaml': kustomization }, (directory) =>
          kustomizeBuild(kustomize, directory),
        );
        assert.deepEqual({ output: emitYaml(withSuffix(make(generator, readFile))) }, built);
      });
    }
  }

  it('make an Opaque Secret with wrapped base64, and its hash', () => {
    const secret = makeSecret({ name: 's', literals: [`k=${'x'.repeat(60)}`] }, readFile);
    assert.deepEqual(secret, {
      apiVersion: 'v1',
      data: { k: `${'eHh4'.repeat(20).slice(0, 70)}\n${'eHh4'.repeat(20).slice(70)}\n` },
      kind: 'Secret',
      metadata: { name: 's' },
      type: 'Opaque',
    });
    // kustomize v5.8.2 gives this Secret this suffix.
    assert.equal(contentHash(secret), '96gmh6kg8m');
    assert.equal(contentHash(makeConfigMap({ name: 'c', literals: ['a=1'] }, readFile)), 'h29d89cmmt');
  });

  it('give a Secret the type that it asks for', () => {
    assert.equal(makeSecret({ name: 's', type: 'kubernetes.io/tls' }, readFile).type, 'kubernetes.io/tls');
  });

  const errors: readonly [name: string, args: Partial<SecretArgs>, words: RegExp][] = [
    ['no name', { name: '' }, /no name/],
    ['a literal without =', { literals: ['hunter2'] }, /key=value/],
    ['a literal without key', { literals: ['=hunter2'] }, /key=value/],
    ['a key twice', { literals: ['a=1'], files: ['a=plain.txt'] }, /key a twice/],
    ['a file source with two =', { files: ['a=b=c'] }, /more than one =/],
    ['a file source without key', { files: ['=plain.txt'] }, /no key/],
    ['a file source without path', { files: ['a='] }, /no path/],
    ['an env file that is not UTF-8', { envs: ['binary.bin'] }, /not UTF-8/],
  ];
  for (const [name, args, words] of errors) {
    it(`refuse ${name}, and say no value`, () => {
      for (const make of [makeConfigMap, makeSecret]) {
        assert.throws(
          () => make({ name: 'cfg', ...args }, readFile),
          (error) =>
            error instanceof KapplyError &&
            error.code === 'InvalidGenerator' &&
            words.test(error.message) &&
            !error.message.includes('hunter2'),
        );
      }
    });
  }

  it('refuse an env line that kustomize would cut the file at', () => {
    const long = (): Uint8Array => Buffer.from(`A=${'x'.repeat(70_000)}\nB=1\n`);
    assert.throws(() => makeConfigMap({ name: 'c', envs: ['x.env'] }, long), /longer than 65536/);
  });

  it('hash ConfigMaps and Secrets only', () => {
    assert.throws(
      () => contentHash({ kind: 'Deployment' }),
      (error) => error instanceof KapplyError && error.code === 'UnsupportedHash',
    );
  });
});

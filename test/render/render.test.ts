import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parse } from 'yaml';
import { KapplyError, formatPosition } from '../../src/errors.js';
import type { RenderOptions } from '../../src/render/options.js';
import { render, renderText } from '../../src/render/render.js';
import { findKustomize, kustomizeBuild, withFiles, type Files } from './oracle.js';

const fixtures = join(import.meta.dirname, '../fixtures/render');
/** Each has a tree in `in/`, and in `expected.yaml` what the real kustomize v5.8.2 prints for it. */
const names = readdirSync(fixtures).filter((name) => existsSync(join(fixtures, name, 'in')));

interface ErrorCase {
  readonly name: string;
  readonly files: Files;
  readonly links?: Readonly<Record<string, string>>;
  readonly target?: string;
  readonly options?: RenderOptions;
  readonly kustomize?: 'accepts';
  readonly error: { code: string; message: string; at?: string; chain?: string[]; suggestions?: string[] };
}
const errorCases = parse(readFileSync(join(fixtures, 'errors.yaml'), 'utf8'), { maxAliasCount: -1 }) as ErrorCase[];

function targetOf(name: string): string {
  return existsSync(join(fixtures, name, 'in/overlay')) ? 'overlay' : '.';
}

function flagsOf(name: string): string[] {
  const file = join(fixtures, name, 'flags.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as string[]) : [];
}

async function failureOf(run: () => Promise<unknown>): Promise<KapplyError> {
  try {
    await run();
  } catch (error) {
    if (error instanceof KapplyError) return error;
    throw error;
  }
  assert.fail('it was accepted');
}

describe('render', () => {
  for (const name of names) {
    it(`prints what kustomize prints: ${name.replaceAll('-', ' ')}`, async () => {
      const options: RenderOptions = flagsOf(name).includes('LoadRestrictionsNone') ? { loadRestrictor: 'none' } : {};
      const { text } = await renderText(targetOf(name), { cwd: join(fixtures, name, 'in'), ...options });
      assert.equal(text, readFileSync(join(fixtures, name, 'expected.yaml'), 'utf8'));
    });
  }

  it('has fixtures that the real kustomize still agrees with', function () {
    const kustomize = findKustomize();
    if (kustomize === undefined) return this.skip();
    for (const name of names) {
      const built = kustomizeBuild(kustomize, join(fixtures, name, 'in', targetOf(name)), flagsOf(name));
      assert.deepEqual(built, { output: readFileSync(join(fixtures, name, 'expected.yaml'), 'utf8') }, name);
    }
  }).timeout(120_000);

  it('says where objects come from, which are generated, and what the kustomization is called', async () => {
    const files = {
      'overlay/kustomization.yaml': 'metadata: {name: shop}\nresources: [../base]\nbases: []\n',
      'base/kustomization.yaml':
        'resources: [all.yaml]\nconfigMapGenerator: [{name: a}, {name: b, options: {disableNameSuffixHash: true}}]\n',
      'base/all.yaml':
        'apiVersion: v1\nkind: Service\nmetadata: {name: s}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\n',
    };
    await withFiles(files, async (cwd) => {
      const rendered = await render('overlay', { cwd });
      assert.deepEqual(
        rendered.objects.map(({ object, origin, generated }) => [
          object.metadata.name.replace(/-.*/, '-HASH'),
          formatPosition(origin),
          generated,
        ]),
        [
          ['a-HASH', 'base/kustomization.yaml', true],
          ['b', 'base/kustomization.yaml', false],
          ['s', 'base/all.yaml:1', false],
          ['p', 'base/all.yaml:5', false],
        ],
      );
      assert.equal(rendered.name, 'shop');
      assert.deepEqual(rendered.warnings, [
        "overlay/kustomization.yaml: 'bases' is deprecated, use 'resources' instead",
      ]);
    });
  });

  it('warns of what names objects, and matches none: only a component may be meant for objects that are not there', async () => {
    const entries = `patches:
- target: {kind: Deploymnet, name: a}
  patch: '[{"op": "remove", "path": "/spec"}]'
- target: {kind: Pdo}
  patch: '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}}'
patchesJson6902:
- target: {version: v1, kind: Pod, name: b}
  patch: '[{"op": "remove", "path": "/spec"}]'
images:
- {name: nginx, newTag: v2}
- {name: web, newTag: v2}
replacements:
- sourceValue: x
  targets: [{select: {kind: Pod, name: b}, fieldPaths: [spec.nodeName]}]
`;
    const files = {
      'overlay/kustomization.yaml': `resources: [pod.yaml]\ncomponents: [../comp]\n${entries}`,
      'overlay/pod.yaml':
        'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: web}]}\n',
      'comp/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n${entries}`,
    };
    const { warnings } = await withFiles(files, (cwd) => renderText('overlay', { cwd }));
    assert.deepEqual(
      warnings.filter((warning) => !warning.includes('deprecated')),
      [
        'overlay/kustomization.yaml:4:3: patches: nothing here matches the target {kind: Deploymnet, name: a}',
        'overlay/kustomization.yaml:6:3: patches: nothing here matches the target {kind: Pdo}',
        'overlay/kustomization.yaml:9:3: patchesJson6902: nothing here matches the target {kind: Pod, name: b, version: v1}',
        'overlay/kustomization.yaml:12:3: images: nothing here matches the image nginx',
        'overlay/kustomization.yaml:14:1: replacements: nothing here matches the target {kind: Pod, name: b}',
      ],
    );
  });

  it('keeps keys that mean something to JavaScript as data', async () => {
    const files = {
      'kustomization.yaml': 'resources: [r.yaml]\ncommonAnnotations: {constructor: x}\npatches: [{path: p.yaml}]\n',
      'r.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {__proto__: b, toString: c}\n',
      'p.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {__proto__: patched, valueOf: d}\n',
    };
    const { text } = await withFiles(files, (cwd) => renderText('.', { cwd }));
    assert.match(text, /data:\n {2}__proto__: patched\n {2}toString: c\n {2}valueOf: d\n/);
    assert.match(text, /annotations:\n {4}constructor: x\n/);
    assert.equal(({} as Record<string, unknown>).patched, undefined);
  });

  it('needs time in proportion to the objects', async () => {
    const tree = (count: number): Files => ({
      'overlay/kustomization.yaml':
        'resources: [../base]\nnamespace: ns1\nlabels: [{pairs: {a: b}, includeSelectors: true}]\n',
      'base/kustomization.yaml': `resources: [pods.yaml]\nconfigMapGenerator:\n${Array.from({ length: count }, (_, i) => `- name: c${i}\n`).join('')}`,
      'base/pods.yaml': Array.from(
        { length: count },
        (_, i) =>
          `apiVersion: v1\nkind: Pod\nmetadata: {name: p${i}}\nspec: {volumes: [{name: v, configMap: {name: c${i}}}]}\n`,
      ).join('---\n'),
    });
    const cost = (count: number): Promise<number> =>
      withFiles(tree(count), async (cwd) => {
        const before = process.cpuUsage();
        await renderText('overlay', { cwd });
        return process.cpuUsage(before).user / count;
      });
    await cost(300);
    const [few, many] = [await cost(300), await cost(3000)];
    // Quadratic time would make it ten times as much for each.
    assert.ok(many < few * 4, `${few} µs for each of 300, ${many} µs for each of 3,000`);
  });
});

describe('render refuses', () => {
  for (const { name, files, links = {}, target = '.', options, error } of errorCases) {
    it(name, async () => {
      await withFiles(files, async (cwd) => {
        for (const [path, to] of Object.entries(links)) {
          mkdirSync(dirname(join(cwd, path)), { recursive: true });
          symlinkSync(to, join(cwd, path));
        }
        const { code, message, position, chain, suggestions } = await failureOf(() =>
          renderText(target, { cwd, ...options }),
        );
        // How deep the folder of a test lies is the machine's.
        const said = message.replace(relative(realpathSync(cwd), '/'), 'TO-ROOT');
        assert.deepEqual(
          { code, message: said, at: position && formatPosition(position), chain, suggestions },
          { at: undefined, chain: [], suggestions: [], ...error },
        );
      });
    });
  }

  it('what the real kustomize refuses as well', function () {
    const kustomize = findKustomize();
    if (kustomize === undefined) return this.skip();
    return Promise.all(
      errorCases
        .filter(
          ({ links, options, ...rest }) => links === undefined && options === undefined && rest.kustomize === undefined,
        )
        .map(({ name, files, target = '.' }) =>
          withFiles(files, (cwd) => assert.ok('error' in kustomizeBuild(kustomize, join(cwd, target)), name)),
        ),
    ).then(() => undefined);
  }).timeout(120_000);
});

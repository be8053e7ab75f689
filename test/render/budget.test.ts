import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { BUDGET, type Budget, makeBudget } from '../../src/render/budget.js';
import { readManifests } from '../../src/render/manifests/manifests.js';
import { renderText } from '../../src/render/render.js';
import { readYaml } from '../../src/render/yaml/read.js';
import { withFiles, type Files } from './oracle.js';

/** Of the usual, so that a bomb goes off at once: 50,000 values, 2.6 MB of text, 0.6 s. */
const budget = 0.01;

const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: v}\n';
const repeated = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('');

/** Bases that take in two others each, which take in two others each. */
function diamond(levels: number): Files {
  const files: Record<string, string> = {};
  for (let level = 0; level <= levels; level++) {
    for (const side of ['a', 'b']) {
      const below = level === levels ? '' : `resources: [../${level + 1}-a, ../${level + 1}-b]\n`;
      files[`${level}-${side}/kustomization.yaml`] = `${below}namePrefix: ${side}-\n`;
    }
  }
  return { ...files, 'kustomization.yaml': 'resources: [0-a, 0-b]\n' };
}

/** A few lines each, which ask for more than there is. */
const bombs: Readonly<Record<string, Files>> = {
  'bases that take each other in at every level': diamond(40),
  'a JSON patch that copies what it has copied': {
    'o.yaml': CONFIG_MAP,
    'kustomization.yaml': `resources: [o.yaml]\npatches:\n- target: {kind: ConfigMap}\n  patch: |-\n${repeated(
      60,
      (index) => `    - {op: copy, from: /data, path: /data/x${index}}\n`,
    )}`,
  },
  'replacements that copy what they have copied': {
    'o.yaml': 'apiVersion: e/v1\nkind: W\nmetadata: {name: w}\nspec: {a: {b: c}}\n',
    'kustomization.yaml': `resources: [o.yaml]\nreplacements:\n${repeated(
      60,
      (index) =>
        `- source: {kind: W, fieldPath: spec}\n  targets: [{select: {kind: W}, fieldPaths: [spec.x${index}], options: {create: true}}]\n`,
    )}`,
  },
  'replacements that double a text': {
    'o.yaml': CONFIG_MAP,
    'kustomization.yaml': `resources: [o.yaml]\nreplacements:\n${'- source: {kind: ConfigMap, fieldPath: data.k}\n  targets: [{select: {kind: ConfigMap}, fieldPaths: [data.k], options: {delimiter: "/", index: 99}}]\n'.repeat(60)}`,
  },
  'a var in many places': {
    'o.yaml': `apiVersion: v1\nkind: Pod\nmetadata: {name: p, annotations: {a: ${'x'.repeat(5000)}}}\nspec: {containers: [{name: c, args: [${'"$(V)$(V)$(V)$(V)", '.repeat(1000)}]}]}\n`,
    'kustomization.yaml':
      'resources: [o.yaml]\nvars: [{name: V, objref: {apiVersion: v1, kind: Pod, name: p}, fieldref: {fieldpath: metadata.annotations.a}}]\n',
  },
  'aliases of aliases': {
    'kustomization.yaml': 'resources: [o.yaml]\n',
    'o.yaml': `${CONFIG_MAP}a0: &a0 [x, x]\n${repeated(16, (index) => `a${index + 1}: &a${index + 1} [*a${index}, *a${index}]\n`)}`,
  },
  'many documents of aliases': {
    'kustomization.yaml': 'resources: [o.yaml]\n',
    'o.yaml': repeated(
      30,
      (document) =>
        `---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a${document}}\na: &a [${'x,'.repeat(100)}]\nb: [${'*a,'.repeat(50)}]\n`,
    ),
  },
  'a file that a generator takes again and again': {
    'big.txt': 'x'.repeat(100_000),
    'kustomization.yaml': `configMapGenerator:\n- name: a\n  files: [${repeated(100, (index) => `f${index}=big.txt, `)}]\n`,
  },
  'a label that is long, on many objects': {
    'o.yaml': repeated(200, (index) => `---\n${CONFIG_MAP.replace('name: a', `name: a${index}`)}`),
    'kustomization.yaml': `resources: [o.yaml]\ncommonLabels: {a: ${'x'.repeat(50_000)}}\n`,
  },
  'a large patch of many objects': {
    'o.yaml': repeated(500, (index) => `---\n${CONFIG_MAP.replace('name: a', `name: a${index}`)}`),
    'kustomization.yaml': `resources: [o.yaml]\npatches:\n- target: {kind: ConfigMap}\n  patch: |-\n    apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: x}\n    data: {${repeated(500, (index) => `k${index}: v, `)}}\n`,
  },
  'a JSON patch that adds much to many objects': {
    'o.yaml': repeated(500, (index) => `---\n${CONFIG_MAP.replace('name: a', `name: a${index}`)}`),
    'kustomization.yaml': `resources: [o.yaml]\npatches:\n- target: {kind: ConfigMap}\n  patch: |-\n    - {op: add, path: /x, value: [${'1,'.repeat(1000)}]}\n`,
  },
  'components that double': {
    'c/kustomization.yaml': `kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\npatches:\n- target: {kind: W}\n  patch: '[{"op":"copy","from":"/spec","path":"/spec/x-"}, {"op":"copy","from":"/spec","path":"/spec/y"}]'\n`,
    'o.yaml': 'apiVersion: e/v1\nkind: W\nmetadata: {name: w}\nspec: {a: {b: c}}\n',
    'kustomization.yaml': `resources: [o.yaml]\ncomponents: [${'c, '.repeat(60)}]\n`,
  },
};

/** Names that are copied into every object, and paths that are a call within a call. */
const tooLong: Readonly<Record<string, readonly [code: string, files: Files]>> = {
  namePrefix: ['InvalidName', { 'kustomization.yaml': `namePrefix: ${'x'.repeat(5000)}\nresources: [o.yaml]\n` }],
  nameSuffix: ['InvalidName', { 'kustomization.yaml': `nameSuffix: ${'x'.repeat(5000)}\nresources: [o.yaml]\n` }],
  namespace: ['InvalidName', { 'kustomization.yaml': `namespace: ${'x'.repeat(5000)}\nresources: [o.yaml]\n` }],
  images: [
    'InvalidName',
    { 'kustomization.yaml': `images: [{name: a, newName: ${'x'.repeat(5000)}}]\nresources: [o.yaml]\n` },
  ],
  'a path of a replacement': [
    'InvalidReplacement',
    {
      'kustomization.yaml': `resources: [o.yaml]\nreplacements:\n- sourceValue: x\n  targets: [{select: {kind: ConfigMap}, fieldPaths: [${'a.'.repeat(20_000)}a], options: {create: true}}]\n`,
    },
  ],
  'a path of a JSON patch': [
    'RenderBudgetExceeded',
    {
      'kustomization.yaml': `resources: [o.yaml]\npatches:\n- target: {kind: ConfigMap}\n  patch: '[{"op":"add","path":"/a","value":{}},${repeated(
        12_000,
        () =>
          '{"op":"add","path":"/b","value":{}},{"op":"move","from":"/a","path":"/b/a"},{"op":"move","from":"/b","path":"/a"},',
      )}{"op":"add","path":"/c","value":{}}]'\n`,
    },
  ],
};

describe('the budget of rendering', () => {
  for (const [what, files] of Object.entries(bombs)) {
    it(`ends ${what}`, () =>
      withFiles(files, (cwd) =>
        assert.rejects(renderText('.', { cwd, budget }), { code: 'RenderBudgetExceeded', exitCode: 2 }),
      ));
  }

  for (const [what, [code, files]] of Object.entries(tooLong)) {
    it(`refuses what is too long or too deep: ${what}`, () =>
      withFiles({ 'o.yaml': CONFIG_MAP, ...files }, (cwd) =>
        assert.rejects(renderText('.', { cwd }), { code, exitCode: 2 }),
      ));
  }

  for (const [what, use] of Object.entries({
    values: (own: Budget) => own.spend(BUDGET.values + 1, 0),
    text: (own: Budget) => own.spend(0, BUDGET.characters + 1),
    'a tree': (own: Budget) => own.spendTree(Array.from({ length: BUDGET.values + 1 }, () => null)),
  })) {
    it(`counts ${what}`, () => {
      assert.throws(() => use(makeBudget()), { code: 'RenderBudgetExceeded', exitCode: 2 });
      use(makeBudget(2));
    });
  }

  it('counts the time of computing and the time of waiting, each by itself', async () => {
    const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
    // 6 ms of computing, 60 ms of waiting.
    const computing = makeBudget(1e-4);
    await pause();
    assert.throws(() => computing.spend(0, 0), { code: 'RenderBudgetExceeded' });
    await makeBudget(1e-4).outside(pause());
    await assert.rejects(makeBudget(1e-5).outside(pause()), { code: 'RenderBudgetExceeded' });
  });

  it('is raised by its factor', () =>
    withFiles(bombs['a file that a generator takes again and again'] ?? {}, async (cwd) => {
      await renderText('.', { cwd, budget: budget * 10 });
    }));

  it('counts the values of manifests', () =>
    withFiles({ 'a.yaml': `${CONFIG_MAP}x: [${'1,'.repeat(60_000)}]\n` }, async (cwd) => {
      await assert.rejects(readManifests(['a.yaml'], { cwd, budget }), { code: 'RenderBudgetExceeded' });
      await readManifests(['a.yaml'], { cwd });
    }));

  it('counts the values of one text, over all its documents', () => {
    const text = '[1, 1, 1, 1]\n---\n'.repeat(3);
    assert.throws(() => readYaml(text, { file: 'a', dialect: 'manifest', mostValues: 14 }), { code: 'InvalidYaml' });
    assert.equal(readYaml(text, { file: 'a', dialect: 'manifest', mostValues: 15 }).length, 3);
  });

  it('ends a stdin without an end', async () => {
    async function* zeros(): AsyncGenerator<Uint8Array> {
      for (;;) yield await Promise.resolve(new Uint8Array(1 << 16));
    }
    await assert.rejects(readManifests(['-'], { stdin: zeros(), budget }), { code: 'RenderBudgetExceeded' });
  });

  it('ends a device without an end', () =>
    assert.rejects(readManifests(['/dev/zero'], { budget }), { code: 'RenderBudgetExceeded' }));

  it('reads a pipe to its end', () =>
    withFiles({}, async (cwd) => {
      execFileSync('mkfifo', ['pipe'], { cwd });
      const reading = readManifests(['pipe'], { cwd });
      execFileSync('sh', ['-c', `sleep 0.1; printf 'apiVersion: v1\nkind: ConfigMap\n' > pipe &`], {
        cwd,
        stdio: 'ignore',
      });
      // What it holds is no whole object: that it was read is what counts.
      await assert.rejects(reading, { code: 'MissingName' });
    }));

  it('refuses a pipe among the files of a kustomization, which would hold up everything', () =>
    withFiles({ 'kustomization.yaml': 'configMapGenerator: [{name: a, files: [pipe]}]\n' }, async (cwd) => {
      execFileSync('mkfifo', ['pipe'], { cwd });
      await assert.rejects(renderText('.', { cwd }), { code: 'FileUnreadable', exitCode: 2 });
    }));

  for (const [what, run] of Object.entries({
    rendering: (cwd: string, signal: AbortSignal) => renderText('.', { cwd, signal, budget: 1000 }),
    'reading manifests': (cwd: string, signal: AbortSignal) =>
      readManifests(
        Array.from({ length: 100_000 }, () => 'o.yaml'),
        { cwd, signal, budget: 1000 },
      ),
    'a stdin that says nothing': (_: string, signal: AbortSignal) =>
      readManifests(['-'], {
        signal,
        stdin: { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }) },
      }),
    'a pipe that nobody writes to': (cwd: string, signal: AbortSignal) => {
      execFileSync('mkfifo', ['pipe'], { cwd });
      return readManifests(['pipe'], { cwd, signal });
    },
  })) {
    it(`a signal ends ${what}`, () =>
      withFiles({ ...diamond(40), 'o.yaml': CONFIG_MAP }, async (cwd) => {
        const reason = new Error('stopped');
        const controller = new AbortController();
        // Not before the loop turns: what never lets it turn would not see it.
        setTimeout(() => controller.abort(reason), 50);
        const began = performance.now();
        await assert.rejects(run(cwd, controller.signal), reason);
        assert.ok(performance.now() - began < 3000);
      }));
  }
});

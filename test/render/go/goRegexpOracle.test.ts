import assert from 'node:assert/strict';
import { renderText } from '../../../src/render/render.js';
import { findKustomize, kustomizeBuild, withFiles, type Files } from '../oracle.js';

/** Names of objects, which kustomize does not check, and patterns: each is held against each. */
const names = [
  'web',
  'Web',
  'web-1',
  'api',
  'a.b',
  'a\nb',
  'a\rb',
  'aaab',
  'é',
  '\u{1F600}',
  'ſ',
  'S',
  '\u00a0',
  'x y',
  'a\\b',
  '[web]',
  'αβ',
  '٣',
  'a_b',
  'ﬀ',
  'K',
];
const patterns = [
  ...['web', 'web|api', 'w.b', '.', '.*', '..', 'web.*', '.*b', '[a-z]+', '[^a-z]+', '(?i)web', '(?i)s', '(?i)k'],
  ...['(?s)a.b', 'a.b', '(?m)^b$', '(?m:^b$)|a', '(?U)a+?b', 'a{2,3}b', 'a{3}b', 'a{2}b', '\\w+', '\\W', '\\d+', '\\D'],
  ...['\\s', '\\S+', '\\pL', '\\p{L}+', '\\PL', '\\p{Greek}+', '\\p{^Greek}', '\\pN', '[[:alpha:]]+', '[[:^alpha:]]'],
  ...['[[:word:]]+', '\\x61.*', '\\x{1F600}', '\\Qa.b\\E', '\\Aweb\\z', '(?P<n>w)eb', '(?<n>w)eb', '(?P<1a>w)eb'],
  ...[
    '\\bweb\\b.*',
    'a\\Bb',
    'we(b|)',
    '(a+)+b',
    '(?:a|aa)+b',
    '(a{0,20}){0,20}b',
    '\\[web\\]',
    '[\\]\\[a-z]+',
    '[]w]eb',
  ],
  ...[
    '(?i:W)eb',
    '(?-i:W)eb',
    '(?i)\\QWEB\\E',
    '\\101.*',
    '\\07',
    '\\a',
    '[\\d-]',
    'w[e-e]b',
    '(|web)',
    '(?:)',
    '^web$',
  ],
  ...['\\pZ', '\\p{Lu}', 'web$|^api', '((((web))))', '[a-\\x{10FFFF}]', '[^\\x00-\\x7F]', 'a\\\\b', 'x\\ y', 'a\\_b'],
];
/** None of these does Go compile. */
const refused = [
  ...['a(', '(?=a)', '(?<!a)b', '(a)\\1', '[b-a]', 'a**', '*', 'a{1001}', '\\Qa.b', '\\Z', '\\8', '\\', '[[:nope:]]'],
  ...['\\p{Nope}', '(?z)a', '\\x{110000}', '(?>a)', '\\u0061', '(?i'],
];

const text = (value: string): string => JSON.stringify(value);

function tree(targets: readonly string[]): Files {
  const patches = targets.map(
    (name, index) =>
      `- target: {kind: ConfigMap, name: ${text(name)}}\n  patch: '[{"op": "add", "path": "/data/p${index}", "value": "x"}]'\n`,
  );
  const maps = names.map(
    (name, index) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${text(name)}}\ndata: {own: "${index}"}\n`,
  );
  return {
    'kustomization.yaml': `sortOptions: {order: fifo}\nresources: [o.yaml]\npatches:\n${patches.join('')}`,
    'o.yaml': maps.join('---\n'),
  };
}

describe('regular expressions of selectors, as the real kustomize takes them', function () {
  let kustomize = '';
  before(function () {
    kustomize = findKustomize() ?? '';
    if (kustomize === '') this.skip();
  });

  it(`${patterns.length} patterns on ${names.length} names`, () =>
    withFiles(tree(patterns), async (cwd) => {
      const theirs = kustomizeBuild(kustomize, cwd);
      assert.ok('output' in theirs, 'error' in theirs ? theirs.error : '');
      const ours = await renderText('.', { cwd });
      assert.equal(ours.text, theirs.output);
    }));

  for (const pattern of refused) {
    it(`both refuse ${pattern}`, () =>
      withFiles(tree([pattern]), async (cwd) => {
        assert.ok('error' in kustomizeBuild(kustomize, cwd), 'kustomize takes it');
        await assert.rejects(renderText('.', { cwd }), { code: 'InvalidSelector', exitCode: 2 });
      }));
  }
});

import assert from 'node:assert/strict';
import { parseRepoSpec } from '../../../src/render/loading/repoSpec.js';

/** Address, what git clones, the folder in it, the ref: as kustomize v5.8 takes them apart. */
const repositories: readonly (readonly [string, string, string, string])[] = [
  ['https://github.com/org/repo/path/to?ref=v1', 'https://github.com/org/repo', 'path/to', 'v1'],
  ['github.com/org/repo', 'https://github.com/org/repo', '', ''],
  ['gitHub.com/org/repo.git/path?version=v2', 'https://github.com/org/repo.git', 'path', 'v2'],
  ['git@github.com:org/repo/path', 'git@github.com:org/repo', 'path', ''],
  ['git@github.com/org/repo', 'git@github.com:org/repo', '', ''],
  ['ssh://git@github.com/org/repo', 'git@github.com:org/repo', '', ''],
  ['git::https://git.example.com/org/repo//a/b?ref=x/y', 'https://git.example.com/org/repo', 'a/b', 'x/y'],
  ['git@gitlab.example.com:group/sub/repo.git/base', 'git@gitlab.example.com:group/sub/repo.git', 'base', ''],
  ['ssh://git.example.com:7999/org/repo//a', 'ssh://git.example.com:7999/org/repo', 'a', ''],
  ['https://dev.azure.com/o/p/_git/repo/base?ref=main', 'https://dev.azure.com/o/p/_git/repo', 'base', 'main'],
  ['file:///srv/repo//base', 'file:///srv/repo', 'base', ''],
  ['file:///srv/repo', 'file:///srv/repo', '', ''],
];

const paths = [
  '../base',
  'base',
  './base',
  '/srv/base',
  'src/github.com/org/repo',
  'https://example.com/file.yaml',
  'https://github.com/org/repo.git//a/../../b',
  'htxp://example.com/org/repo',
  'github.com!org/repo',
];

describe('parseRepoSpec', () => {
  for (const [address, url, path, ref] of repositories) {
    it(`takes ${address} apart`, () => {
      const spec = parseRepoSpec(address);
      assert.deepEqual(spec && [spec.url, spec.path, spec.ref], [url, path, ref]);
    });
  }

  for (const path of paths) {
    it(`takes ${path} for no repository`, () => assert.equal(parseRepoSpec(path), undefined));
  }

  it('reads the time-out and whether submodules are wanted', () => {
    const times = ['?timeout=120', '?timeout=1m30s', '?timeout=x', '?timeout=-5', ''].map(
      (query) => parseRepoSpec(`github.com/org/repo${query}`)?.timeoutMs,
    );
    assert.deepEqual(times, [120_000, 90_000, 27_000, 27_000, 27_000]);
    assert.equal(parseRepoSpec('github.com/org/repo?submodules=false')?.submodules, false);
    assert.equal(parseRepoSpec('github.com/org/repo?submodules=maybe')?.submodules, true);
  });
});

/** What a release is made of besides the program: its version, its notes, and what krew and Homebrew are told. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { fill, notesOf, versionOf } from '../../scripts/releaseFiles.js';

const root = join(import.meta.dirname, '../..');
const workflow = readFileSync(join(root, '.github/workflows/release.yml'), 'utf8');

interface Krew {
  readonly spec: { readonly platforms: readonly { readonly uri: string; readonly sha256: string }[] };
}

/** The files that the workflow makes: an archive for each platform of its matrix, and the package. */
function releaseFiles(): string[] {
  const { jobs } = parse(workflow) as {
    jobs: { executables: { strategy: { matrix: { include: { platform: string }[] } } } };
  };
  const platforms = jobs.executables.strategy.matrix.include.map(({ platform }) => platform);
  return [...platforms.map((platform) => `kapply-${platform}.tar.gz`), 'kapply.tgz'];
}

describe('the files of a release', () => {
  const sums = new Map(releaseFiles().map((name, index) => [name, String(index).repeat(64)]));

  it('takes a version only where tag and package agree', () => {
    assert.equal(versionOf('v1.2.3', '1.2.3'), '1.2.3');
    assert.equal(versionOf('v1.2.3-rc.1', '1.2.3-rc.1'), '1.2.3-rc.1');
    assert.throws(() => versionOf('v1.2.3', '1.2.2'), /the tag says 1\.2\.3, package\.json 1\.2\.2/);
    for (const tag of ['1.2.3', 'v1.2', 'v1.2.3; echo', 'v1.2.3\nversion=9'])
      assert.throws(() => versionOf(tag, '1.2.3'), /is no tag of a release/);
  });

  it('takes the notes of just that version', () => {
    const changelog =
      '# Changelog\n\nWords.\n\n## 1.2.30\n\n- new\n\n## 1.2.3 (2026-11-28)\n\n- a\n- b\n\n## 1.2.2\n\n- old\n';
    assert.equal(notesOf(changelog, '1.2.3'), '- a\n- b\n');
    assert.throws(() => notesOf(changelog, '1.2.4'), /no section "## 1\.2\.4"/);
  });

  for (const name of readdirSync(join(root, 'packaging'))) {
    it(`fills all of ${name} with what the workflow makes`, () => {
      const template = readFileSync(join(root, 'packaging', name), 'utf8');
      const filled = fill(template, '1.2.3', sums);
      assert.doesNotMatch(filled, /@[A-Z]/);
      assert.throws(() => fill(template, '1.2.3', new Map()), /is not in the release/);
    });
  }

  it('gives krew each archive under its own address, with its own sum', () => {
    const filled = fill(readFileSync(join(root, 'packaging/krew.yaml'), 'utf8'), '1.2.3', sums);
    const { platforms } = (parse(filled) as Krew).spec;
    const archives = [...sums].filter(([name]) => name.endsWith('.tar.gz'));
    const address = 'https://github.com/kapply/kapply/releases/download/v1.2.3/';
    assert.deepEqual(
      platforms.map(({ uri, sha256 }) => [uri, sha256]),
      archives.map(([name, sum]) => [`${address}${name}`, sum]),
    );
  });
});

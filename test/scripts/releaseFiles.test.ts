/** What a release is made of besides the program: its version, its notes, and what krew and Homebrew are told. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { fill, notesOf, versionOf } from '../../scripts/releaseFiles.js';

const root = join(import.meta.dirname, '../..');
const workflow = readFileSync(join(root, '.github/workflows/release.yml'), 'utf8');

interface Platform {
  readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly uri: string;
  readonly sha256: string;
  readonly bin: string;
}

interface Krew {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly version: string;
    readonly homepage: string;
    readonly shortDescription: string;
    readonly description: string;
    readonly platforms: readonly Platform[];
  };
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

  const krew = (): Krew => parse(fill(readFileSync(join(root, 'packaging/krew.yaml'), 'utf8'), '1.2.3', sums)) as Krew;

  it('gives krew each archive under its own address, with its own sum', () => {
    const { platforms } = krew().spec;
    const archives = [...sums].filter(([name]) => name.endsWith('.tar.gz'));
    const address = 'https://github.com/kapply/kapply/releases/download/v1.2.3/';
    assert.deepEqual(
      platforms.map(({ uri, sha256 }) => [uri, sha256]),
      archives.map(([name, sum]) => [`${address}${name}`, sum]),
    );
  });

  // The rules of krew's validation and of its index: krew.sigs.k8s.io/docs/developer-guide/plugin-manifest, …/naming-guide.
  it('gives krew a manifest that it takes', () => {
    const { apiVersion, kind, metadata, spec } = krew();
    assert.equal(apiVersion, 'krew.googlecontainertools.github.com/v1alpha2');
    assert.equal(kind, 'Plugin');
    // The index has the file under this name; `kubectl-kapply` is what kubectl starts.
    assert.equal(metadata.name, 'kapply');
    assert.match(spec.version, /^v\d+\.\d+\.\d+$/);
    assert.match(spec.homepage, /^https:/);
    assert.match(spec.shortDescription, /^[^\r\n]{1,50}$/);
    assert.ok(spec.description.length > spec.shortDescription.length);
    // A field that krew does not know is an error there.
    const fields = ['description', 'homepage', 'platforms', 'shortDescription', 'version'];
    assert.deepEqual(Object.keys(spec).sort(), fields);
    for (const platform of spec.platforms) {
      assert.deepEqual(Object.keys(platform).sort(), ['bin', 'selector', 'sha256', 'uri']);
      assert.match(platform.sha256, /^[a-f0-9]{64}$/);
      assert.match(platform.uri, /\.(tar\.gz|zip)$/);
      const { os, arch } = platform.selector.matchLabels;
      assert.deepEqual(Object.keys(platform.selector.matchLabels).sort(), ['arch', 'os']);
      assert.ok(platform.uri.endsWith(`/kapply-${os}-${arch}.tar.gz`), `${os} ${arch}: ${platform.uri}`);
      assert.equal(platform.bin, os === 'windows' ? 'kapply.exe' : 'kapply');
    }
  });

  it('gives Homebrew a formula that Ruby can read', function () {
    const formula = fill(readFileSync(join(root, 'packaging/kapply.rb'), 'utf8'), '1.2.3', sums);
    const address = /url "(.*)"/.exec(formula)?.[1];
    assert.equal(address, 'https://registry.npmjs.org/kapply/-/kapply-1.2.3.tgz');
    assert.equal(/sha256 "(.*)"/.exec(formula)?.[1], sums.get('kapply.tgz'));
    const { error, status, stderr } = spawnSync('ruby', ['-c'], { input: formula });
    // There is no Ruby here.
    if (error !== undefined) this.skip();
    assert.equal(status, 0, stderr.toString());
  });
});

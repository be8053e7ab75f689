import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { KapplyError } from '../../../src/errors.js';
import { renderText } from '../../../src/render/render.js';

const AUTHOR = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false'];

function commit(repository: string, files: Readonly<Record<string, string>>, tag: string): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(repository, path)), { recursive: true });
    writeFileSync(join(repository, path), content);
  }
  const git = (...args: readonly string[]): void =>
    void execFileSync('git', [...AUTHOR, ...args], { cwd: repository, stdio: 'pipe' });
  git('add', '.');
  git('commit', '-qm', tag);
  git('tag', tag);
}

function clonesLeft(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('kapply-run-') && name.includes(`-${process.pid}-`));
}

function configMap(name: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;
}

describe('a base in a git repository', () => {
  let folder: string | undefined;
  let repository: string;

  before(function () {
    if (spawnSync('git', ['--version']).status !== 0) return this.skip();
    folder = mkdtempSync(join(tmpdir(), 'kapply-test-'));
    repository = join(folder, 'repository');
    mkdirSync(repository);
    execFileSync('git', ['init', '-q'], { cwd: repository });
    const kustomization = 'resources: [cm.yaml, ../other]\n';
    commit(repository, { 'sub/kustomization.yaml': kustomization, 'sub/cm.yaml': configMap('one') }, 'v1');
    const other = { 'other/kustomization.yaml': 'resources: [s.yaml]\n', 'other/s.yaml': configMap('other') };
    commit(
      repository,
      { ...other, 'sub/cm.yaml': configMap('two'), 'out/kustomization.yaml': 'resources: [../..]\n' },
      'v2',
    );
  });

  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  const build = async (resource: string, environment: NodeJS.ProcessEnv = process.env): Promise<string> => {
    const cwd = mkdtempSync(join(folder ?? tmpdir(), 'overlay-'));
    writeFileSync(join(cwd, 'kustomization.yaml'), `resources:\n- ${resource}\n`);
    return (await renderText('.', { cwd, environment })).text;
  };

  it('is fetched at its default branch', async () => {
    assert.equal(await build(`file://${repository}//sub`), `${configMap('other')}---\n${configMap('two')}`);
  });

  it('is fetched at a tag, whose kustomization may name what was not there then', async () => {
    await assert.rejects(build(`file://${repository}//sub?ref=v1`), (error) => {
      assert.ok(error instanceof KapplyError);
      assert.equal(error.code, 'FileNotFound');
      assert.equal(error.position?.file, `file://${repository}//sub/kustomization.yaml`);
      assert.deepEqual(error.chain, ['kustomization.yaml']);
      return true;
    });
  });

  it('brings its submodules, whose address may be relative to its own', async () => {
    const inner = join(folder ?? '', 'inner');
    const outer = join(folder ?? '', 'outer');
    for (const path of [inner, outer]) {
      mkdirSync(path);
      execFileSync('git', ['init', '-q'], { cwd: path });
    }
    commit(inner, { 'kustomization.yaml': 'resources: [cm.yaml]\n', 'cm.yaml': configMap('inner') }, 'v1');
    const add = ['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'inner'];
    execFileSync('git', add, { cwd: outer, stdio: 'pipe' });
    const modules = '[submodule "inner"]\n\tpath = inner\n\turl = ../inner\n';
    commit(outer, { 'kustomization.yaml': 'resources: [inner]\n', '.gitmodules': modules }, 'v1');
    const environment = {
      ...process.env,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'protocol.file.allow',
      GIT_CONFIG_VALUE_0: 'always',
    };
    assert.equal(await build(`file://${outer}`, environment), configMap('inner'));
  });

  it('leaves the repository alone whose hook it is fetched from', async () => {
    const outer = join(folder ?? '', 'hooked');
    mkdirSync(outer);
    const git = (...args: readonly string[]): string =>
      execFileSync('git', args, { cwd: outer, encoding: 'utf8', stdio: 'pipe' });
    git('init', '-q');
    commit(outer, { 'mine.txt': 'keep\n' }, 'mine');
    const state = (): string[] => [git('status', '--porcelain'), git('config', '-l', '--local'), git('show-ref')];
    const before = state();
    const dir = join(outer, '.git');
    for (const hook of [
      { GIT_DIR: dir },
      { GIT_DIR: dir, GIT_WORK_TREE: outer, GIT_INDEX_FILE: join(dir, 'index'), GIT_PREFIX: '' },
      { GIT_COMMON_DIR: dir, GIT_OBJECT_DIRECTORY: join(dir, 'objects'), GIT_CONFIG_PARAMETERS: "'core.bare=true'" },
    ]) {
      assert.equal(await build(`file://${repository}//other?ref=v2`, { ...process.env, ...hook }), configMap('other'));
      assert.deepEqual(state(), before);
    }
  });

  it('must have the folder that is named', async () => {
    await assert.rejects(build(`file://${repository}//none`), {
      code: 'FolderNotFound',
      message: `the repository file://${repository} has no folder none`,
    });
  });

  it('is rendered itself', async () => {
    const { text } = await renderText(`file://${repository}//other?ref=v2`, { cwd: repository });
    assert.equal(text, configMap('other'));
  });

  for (const [what, address, code] of [
    ['a ref that is not there', '//sub?ref=nope', 'RefNotFound'],
    ['a ref that would be an option', '//sub?ref=--upload-pack=x', 'InvalidRepository'],
    ['a base outside of the repository', '//out', 'OutsideRepository'],
  ] as const) {
    it(`is refused: ${what}`, async () => {
      await assert.rejects(build(`file://${repository}${address}`), { name: 'KapplyError', code });
    });
  }

  it('says of a short commit that all of it is wanted, and of a repository that is not there what git says', async () => {
    const short = execFileSync('git', ['rev-parse', '--short', 'v1'], { cwd: repository, encoding: 'utf8' }).trim();
    await assert.rejects(build(`file://${repository}//sub?ref=${short}`), (error) => {
      assert.ok(error instanceof KapplyError);
      assert.equal(error.code, 'RefNotFound');
      assert.match(error.suggestions.join('\n'), /write all 40 digits/);
      return true;
    });
    await assert.rejects(build(`file://${repository}-renamed//sub?ref=v1`), { code: 'GitFailed' });
  });

  it('leaves no clone behind', () => assert.deepEqual(clonesLeft(), []));
});

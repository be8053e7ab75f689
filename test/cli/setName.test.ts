import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { defaultSetName, originName } from '../../src/cli/setName.js';

const git = (cwd: string, ...args: string[]) => promisify(execFile)('git', args, { cwd });

describe('defaultSetName', () => {
  let root = '';
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'kapply-set-'));
    await mkdir(join(root, 'work/k8s/overlays/prod'), { recursive: true });
    await mkdir(join(root, 'plain/prod'), { recursive: true });
    await mkdir(join(root, 'lonely/prod'), { recursive: true });
    await git(join(root, 'work'), 'init', '-q');
    await git(join(root, 'work'), 'remote', 'add', 'other', 'https://example.org/fork.git');
    await git(join(root, 'work'), 'remote', 'add', 'origin', 'git@example.org:team/shop.git');
    await git(join(root, 'lonely'), 'init', '-q');
  });
  after(() => rm(root, { recursive: true }));

  it("is the origin's name and the path in the repository", async () => {
    assert.equal(await defaultSetName(join(root, 'work/k8s/overlays/prod')), 'shop/k8s/overlays/prod');
    assert.equal(await defaultSetName(join(root, 'work')), 'shop');
  });

  it('is the same in a linked work tree', async () => {
    const work = join(root, 'work');
    await git(work, '-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '--allow-empty', '-m', 'x');
    await git(work, 'worktree', 'add', '-q', join(root, 'linked'));
    await mkdir(join(root, 'linked/k8s'), { recursive: true });
    assert.equal(await defaultSetName(join(root, 'linked/k8s')), 'shop/k8s');
  });

  it("is the folder's name without a repository or without an origin", async () => {
    assert.equal(await defaultSetName(join(root, 'plain/prod')), 'prod');
    assert.equal(await defaultSetName(join(root, 'lonely/prod')), 'prod');
  });
});

describe('originName', () => {
  for (const [url, name] of [
    ['https://example.org/team/shop.git', 'shop'],
    ['https://example.org/team/shop/', 'shop'],
    ['git@example.org:shop', 'shop'],
    ['ssh://git@example.org:22/team/my.shop.git', 'my.shop'],
    ['../shop', 'shop'],
  ] as const) {
    it(`reads ${url}`, () => assert.equal(originName(`[core]\n\tx = 1\n[remote "origin"]\n\turl = ${url}\n`), name));
  }

  it('knows none without an origin', () => {
    assert.equal(originName('[remote "upstream"]\n\turl = https://example.org/shop.git\n'), undefined);
  });
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { makeTemporaryFolder, sweep } from '../../src/files/temporaryFolder.js';

describe('temporary folders', () => {
  let parent: string;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'kapply-test-'));
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  /** As a run would have left it that had that process id. */
  async function left(pid: number | undefined): Promise<string> {
    const folder = await makeTemporaryFolder(parent);
    const name = join(parent, basename(folder).replace(`-${process.pid}-`, `-${pid ?? 0}-`));
    renameSync(folder, name);
    return name;
  }

  it('are for their owner alone', async () => {
    assert.equal(statSync(await makeTemporaryFolder(parent)).mode & 0o777, 0o700);
  });

  it('of runs that are over are swept, those of others stay', async () => {
    const dead = await left(spawnSync('true').pid);
    const living = await left(process.ppid);
    const own = await makeTemporaryFolder(parent);
    const elsewhere = join(parent, 'kapply-run-00000000-1-abc');
    const foreign = join(parent, 'another');
    for (const folder of [elsewhere, foreign]) mkdirSync(folder);
    const link = join(parent, basename(dead).replace(/.{6}$/, 'linked'));
    symlinkSync(foreign, link);
    await sweep(parent);
    assert.deepEqual(
      [dead, living, own, elsewhere, foreign, link].map((path) => existsSync(path)),
      [false, true, true, true, true, true],
    );
    await sweep(parent, Date.now() + 25 * 3_600_000);
    assert.equal(existsSync(elsewhere), false);
  });

  it('are swept where users have no ids, as on Windows', async () => {
    const dead = await left(spawnSync('true').pid);
    const { getuid } = process;
    delete process.getuid;
    try {
      await sweep(parent);
    } finally {
      if (getuid !== undefined) process.getuid = getuid;
    }
    assert.equal(existsSync(dead), false);
  });
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../../../src/render/programs/runProgram.js';
import { withFiles } from '../oracle.js';

const env = { PATH: process.env.PATH ?? '' };
/** Says that it runs by writing its process id, heeds no signal, and goes on. */
const STUBBORN = `trap '' TERM INT; echo $$ > pid; while :; do sleep 0.01; done`;

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // In a container nobody may wait for the children of a process that has ended.
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Until the program has written the file. */
async function pidIn(file: string): Promise<number> {
  for (;;) {
    try {
      const pid = Number(readFileSync(file, 'utf8'));
      if (pid > 0) return pid;
    } catch {
      // Not yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('runProgram', () => {
  it('kills a program that does not heed the signal, and waits for its end', () =>
    withFiles({}, async (cwd) => {
      const controller = new AbortController();
      const reason = new Error('stopped');
      const run = runProgram('sh', {
        ...{ args: ['-c', STUBBORN], cwd, env, signal: controller.signal },
        ...{ timeoutMs: 60_000, graceMs: 20 },
      });
      const pid = await pidIn(join(cwd, 'pid'));
      controller.abort(reason);
      await assert.rejects(run, reason);
      assert.equal(isRunning(pid), false);
    }));

  it('does so after its time', () =>
    withFiles({}, async (cwd) => {
      const options = { args: ['-c', STUBBORN], cwd, env, signal: undefined, timeoutMs: 100, graceMs: 20 };
      assert.deepEqual(await runProgram('sh', options), { outcome: 'timedOut' });
      assert.equal(isRunning(await pidIn(join(cwd, 'pid'))), false);
    }));

  it('does not wait for what a program leaves behind with its output', async () => {
    const began = performance.now();
    const args = ['-c', 'sleep 5 & echo done'];
    const result = await runProgram('sh', { args, env, signal: undefined, timeoutMs: 100 });
    assert.deepEqual(result, { outcome: 'timedOut' });
    assert.ok(performance.now() - began < 3000);
  });

  it('leaves nothing running where this process is told to end at once', () =>
    withFiles({}, async (cwd) => {
      const source = JSON.stringify(join(import.meta.dirname, '../../../src/render/programs/runProgram.ts'));
      const script = `process.on('SIGINT', () => process.exit(130));
const { runProgram } = await import(${source});
void runProgram('sh', { args: ['-c', ${JSON.stringify(STUBBORN)}], cwd: ${JSON.stringify(cwd)}, env: process.env, signal: undefined, timeoutMs: 60_000 });
`;
      const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
        cwd: join(import.meta.dirname, '../../..'),
        stdio: 'ignore',
      });
      const pid = await pidIn(join(cwd, 'pid'));
      child.kill('SIGINT');
      const [code] = (await once(child, 'exit')) as [number];
      assert.equal(code, 130);
      for (let tries = 0; isRunning(pid) && tries < 100; tries++) await new Promise((wait) => setTimeout(wait, 5));
      assert.equal(isRunning(pid), false);
    })).timeout(10_000);
});

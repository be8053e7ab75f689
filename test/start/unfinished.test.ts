/** A command that waits for what never comes: a process of its own, which Node ends when nothing is left that could come. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const main = join(import.meta.dirname, '../../src/main.ts');

describe('a command line', () => {
  it('is no success where Node ends before it is over', function () {
    this.timeout(60_000);
    const code = `
      const endless = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }), on() {}, once() {}, removeListener() {} };
      Object.defineProperty(process, 'stdin', { value: endless });
      process.argv = [process.argv[0], 'kapply', 'diff', '-f', '-'];
      const { start } = await import(${JSON.stringify(main)});
      void start();`;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', code],
      {
        encoding: 'utf8',
      },
    );
    assert.deepEqual({ status, stdout }, { status: 13, stdout: '' }, stderr);
  });
});

import assert from 'node:assert/strict';
import { againIfCrashed, runHere } from '../../scripts/coverage.js';

/** How a shell ends that does this, the first time and any later one. */
async function ends(...scripts: readonly string[]) {
  let runs = 0;
  const said: string[] = [];
  const ended = await againIfCrashed(
    () => runHere(['sh', '-c', scripts[runs++] ?? 'exit 9'], { PATH: process.env.PATH }),
    (signal) => said.push(signal),
  );
  return { ...ended, runs, said };
}

(process.platform === 'win32' ? describe.skip : describe)('a run of the tests', () => {
  it('is repeated where Node crashed, and it is said', async () => {
    const ended = { code: 0, signal: null, runs: 2, said: ['SIGSEGV'] };
    assert.deepEqual(await ends('kill -SEGV $$', 'exit 0'), ended);
  });

  it('is repeated once', async () => {
    assert.deepEqual(await ends('kill -SEGV $$', 'kill -SEGV $$', 'exit 0'), {
      ...{ code: null, signal: 'SIGSEGV', runs: 2, said: ['SIGSEGV'] },
    });
  });

  for (const [what, script, code, signal] of [
    ['passed', 'exit 0', 0, null],
    ['failed', 'exit 3', 3, null],
    ['ran out of memory', 'kill -ABRT $$', null, 'SIGABRT'],
    ['was ended by somebody', 'kill -TERM $$', null, 'SIGTERM'],
  ] as const) {
    it(`is not repeated where it ${what}`, async () => {
      assert.deepEqual(await ends(script), { code, signal, runs: 1, said: [] });
    });
  }
});

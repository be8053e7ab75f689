import assert from 'node:assert/strict';
import { failureOf, runHere } from '../../scripts/coverage.js';

const TEST = 'a deploy is whole';

(process.platform === 'win32' ? describe.skip : describe)('a run of the tests', () => {
  for (const [what, script, failure] of [
    ['passed', 'exit 0', undefined],
    ['failed', 'exit 3', 'the tests ended with exit code 3'],
    ['crashed', 'kill -SEGV $$', `the tests ended with SIGSEGV, in: ${TEST}`],
    ['ran out of memory', 'kill -ABRT $$', `the tests ended with SIGABRT, in: ${TEST}`],
    ['was ended by somebody', 'kill -TERM $$', `the tests ended with SIGTERM, in: ${TEST}`],
  ] as const) {
    it(`that ${what} is told as ${failure ?? 'no failure'}`, async () => {
      assert.equal(failureOf(await runHere(['sh', '-c', script], { PATH: process.env.PATH }), TEST), failure);
    });
  }
});

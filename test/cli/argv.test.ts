import assert from 'node:assert/strict';
import { normalizeArgv } from '../../src/cli/argv.js';
import { KapplyError } from '../../src/errors.js';

const flags = {
  wait: { type: 'boolean', allowNo: true },
  'force-conflicts': { type: 'boolean' },
  namespace: { type: 'option' },
  'dry-run': { type: 'option' },
};

const cases: readonly (readonly [given: string, words: string])[] = [
  ['--wait=false', '--no-wait'],
  ['--wait=true', '--wait'],
  ['--force-conflicts=true', '--force-conflicts'],
  ['--force-conflicts=false', ''],
  ['--namespace=true', '--namespace=true'],
  ['--dry-run=client', '--dry-run=client'],
  ['--dry-run server', '--dry-run server'],
  ['--unknown=true', '--unknown=true'],
  ['--constructor=true', '--constructor=true'],
  ['-n x -- --wait=false', '-n x -- --wait=false'],
];

describe('normalizeArgv', () => {
  for (const [given, words] of cases) {
    it(`reads "${given}" as "${words}"`, () => {
      assert.deepEqual(normalizeArgv(given.split(' '), flags), words.split(' ').filter(Boolean));
    });
  }

  for (const given of ['--dry-run', '--dry-run -k x', '-k x --dry-run']) {
    it(`refuses the bare form in "${given}" with both alternatives`, () => {
      assert.throws(
        () => normalizeArgv(given.split(' '), flags),
        (error) =>
          error instanceof KapplyError &&
          error.code === 'BareDryRun' &&
          error.exitCode === 2 &&
          ['server', 'client'].every((value) => error.suggestions.join().includes(`--dry-run=${value}`)),
      );
    });
  }

  it('refuses other values for a boolean flag', () => {
    assert.throws(() => normalizeArgv(['--wait=maybe'], flags), { code: 'InvalidFlagValue', exitCode: 2 });
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { isDoomed, REASONS } from '../../../src/engine/rollout/doom.js';

interface Case {
  readonly name: string;
  readonly reason: string;
  readonly message?: string;
  readonly image?: string;
  readonly pullError?: string;
  readonly configured?: boolean;
  readonly restarts?: number;
  readonly retries?: boolean;
  readonly established?: boolean;
  readonly lasts: boolean;
}

const cases = parse(
  readFileSync(new URL('../../fixtures/engine/doom.yaml', import.meta.url), 'utf8'),
) as readonly Case[];

describe('isDoomed', () => {
  for (const { name, reason, message = '', lasts, ...given } of cases) {
    it(`${lasts ? 'lasts' : 'passes'}: ${name}`, () => {
      const { image, pullError, configured, restarts = 0, retries = false, established = false } = given;
      const circumstances = {
        image,
        pullError,
        isConfigured: configured,
        restarts,
        retries,
        isEstablished: established,
      };
      assert.equal(isDoomed(reason, message, circumstances), lasts);
    });
  }

  it('has a case for every reason of the table but those of the runtime, which are crash loops', () => {
    const told = new Set(cases.map(({ reason }) => reason));
    const untold = Object.keys(REASONS).filter((reason) => !told.has(reason));
    assert.deepEqual(untold.sort(), [
      'PostStartHookError',
      'PreCreateHookError',
      'PreStartHookError',
      'RunContainerError',
      'SignatureValidationFailed',
    ]);
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { readinessOf } from '../../../src/engine/readiness/readiness.js';
import type { KubeObject } from '../../../src/objects/object.js';

interface Recorded {
  readonly name: string;
  readonly object: KubeObject;
  readonly is: readonly [status: string, message: string];
  readonly ready?: { readonly have: number; readonly want: number };
  readonly warns?: string;
}

const recorded = parse(
  readFileSync(new URL('../../fixtures/engine/recordedStatuses.yaml', import.meta.url), 'utf8'),
) as readonly Recorded[];

/** Before anything was recorded. */
const SINCE = Date.parse('2026-11-28T00:00:00Z');

describe('readinessOf what the real controllers wrote', () => {
  for (const { name, object, is, ready, warns } of recorded) {
    it(`judges ${name}`, () => {
      const [status, message] = is;
      assert.deepEqual(readinessOf(object, { since: SINCE }), {
        status,
        message,
        ...(ready !== undefined && { ready }),
        ...(warns !== undefined && { warning: warns }),
      });
    });
  }

  it('does not hold a deadline against a later run', () => {
    const late = recorded.find(({ name }) => name === 'Deployment late')!.object;
    assert.equal(readinessOf(late, { since: Date.parse('2026-11-29T00:00:00Z') }).status, 'InProgress');
  });
});

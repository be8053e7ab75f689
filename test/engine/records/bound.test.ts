import assert from 'node:assert/strict';
import { beyondBound } from '../../../src/engine/records/bound.js';
import type { DeployRecord } from '../../../src/engine/records/record.js';

/** `1+ 2- 3+`: + went well, - failed. */
function recordsOf(text: string): DeployRecord[] {
  return text.split(' ').map((word) => {
    const state = word.endsWith('+') ? 'deployed' : 'failed';
    return { number: Number.parseInt(word, 10), state, objects: state === 'deployed' ? 1 : 0 } as DeployRecord;
  });
}

describe('which records go', () => {
  const cases: readonly (readonly [what: string, records: string, keep: number, goes: readonly number[]])[] = [
    ['none below the bound', '1+ 2- 3+', 3, []],
    ['the oldest beyond it', '1+ 2+ 3+', 2, [1]],
    ['failures older than the oldest good one', '1- 2+ 3- 4+', 2, [1]],
    ['failures in a row push out no good one', '1+ 2- 3- 4- 5-', 2, [3, 2]],
    ['everything but the newest of each', '1+ 2- 3+ 4- 5-', 1, [4, 2, 1]],
    ['failures alone are bounded as well', '1- 2- 3-', 1, [2, 1]],
  ];
  for (const [what, records, keep, goes] of cases) {
    it(what, () => {
      assert.deepEqual(
        beyondBound(recordsOf(records), keep).map(({ number }) => number),
        goes,
      );
    });
  }
});

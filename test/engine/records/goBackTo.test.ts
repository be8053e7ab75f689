import assert from 'node:assert/strict';
import { goBackTo } from '../../../src/engine/records/goBackTo.js';
import type { DeployRecord } from '../../../src/engine/records/record.js';

/** `1+ 2- 3+1 4=3`: + went well, - failed, and the deploy that a rollback went back to; = went well with the objects of that one. Oldest first. */
function recordsOf(text: string): DeployRecord[] {
  return text
    .split(' ')
    .map((word) => {
      const [, number = '', sign, back = ''] = /^(\d+)([-+=])(\d*)$/.exec(word) ?? [];
      const isGood = sign !== '-';
      return {
        number: Number(number),
        state: isGood ? 'deployed' : 'failed',
        objects: isGood ? 1 : 0,
        digest: isGood ? back || number : '',
        backTo: back === '' || sign === '=' ? undefined : Number(back),
      } as DeployRecord;
    })
    .reverse();
}

const CASES: readonly (readonly [what: string, records: string, goes: number | string])[] = [
  ['from a good deploy to the one before', '1+ 2+', 1],
  ['past those that failed', '1+ 2- 3- 4+', 1],
  ['from a failed deploy to the last good one', '1+ 2+ 3-', 2],
  ['after a rollback further back, never forward', '1+ 2+ 3+ 4+2', 1],
  ['after a rollback there is nothing before', '1+ 2+ 3+1', 'NothingToGoBackTo'],
  ['from a deploy that failed after a rollback to what ran', '1+ 2+ 3+1 4-', 3],
  ['from a rollback that failed not to what it left', '1+ 2+ 3-1', 1],
  ['from the deploy after a rollback to what ran then, not to what was rolled back', '1+ 2+ 3+1 4+', 3],
  ['past deploys of the same: that would change nothing', '1+ 2+ 3=2 4=2', 1],
  ['nothing where all were of the same', '1+ 2=1', 'NothingToGoBackTo'],
  ['from a failed deploy to what ran, whatever it was', '1+ 2=1 3-', 2],
  ['nothing where none went well', '1- 2-', 'NothingToGoBackTo'],
];

describe('what a rollback goes back to', () => {
  const deploys = (records: string, more: object = {}) => ({
    set: 'shop',
    records: recordsOf(records),
    holder: undefined,
    isUnrecorded: false,
    ...more,
  });
  for (const [what, records, goes] of CASES) {
    it(what, () => {
      if (typeof goes === 'string') assert.throws(() => goBackTo(deploys(records), undefined), { code: goes });
      else assert.equal(goBackTo(deploys(records), undefined).number, goes);
    });
  }

  it('what --to names, if it went well', () => {
    assert.equal(goBackTo(deploys('1+ 2- 3+'), 3).number, 3);
    assert.throws(() => goBackTo(deploys('1+ 2- 3+'), 2), { code: 'NothingToGoBackTo' });
    assert.throws(() => goBackTo(deploys('1+ 2- 3+'), 9), { code: 'UnknownDeploy' });
  });

  it('nothing unsaid after a run that left no record', () => {
    const unrecorded = deploys('1+ 2+', { isUnrecorded: true });
    assert.throws(() => goBackTo(unrecorded, undefined), { code: 'UnrecordedRun' });
    assert.equal(goBackTo(unrecorded, 2).number, 2);
    // A killed run may hold the lock for a while yet: the last good deploy is not the one before the last good one.
    const holder = { holder: 'ci pid 7', heldSince: undefined, doing: undefined };
    assert.throws(() => goBackTo({ ...unrecorded, holder }, undefined), {
      code: 'UnrecordedRun',
      message: /\(ci pid 7\) is under way, or was killed/,
    });
    assert.equal(goBackTo({ ...unrecorded, holder }, 1).number, 1);
    // It has written its record, and is about to let go.
    assert.equal(goBackTo(deploys('1+ 2+', { holder }), undefined).number, 1);
  });
});

import assert from 'node:assert/strict';
import { confirmationsOf, type ConfirmationsOptions } from '../../../src/engine/plan/confirmations.js';
import { change } from '../../ui/recordedRuns.js';

const options = { pruneLimit: 20, set: 'shop' } as unknown as ConfirmationsOptions;
const nothing = { judgements: [], anyCandidate: false };

const former = { recorded: [], elsewhere: [] };
const pruning: ConfirmationsOptions = { ...options, pruneLabel: 'app=shop', pruneNamespaces: [], former };
const gone = (kind: string, holds?: number) => ({
  ...{ verdict: 'delete', why: 'x', reason: '', version: 'v1', ours: false, consequences: [], holds },
  id: { group: '', kind, namespace: '', name: 'x' },
});
const asked = (...judgements: readonly object[]): string =>
  confirmationsOf({ judgements, anyCandidate: true } as unknown as typeof nothing, [], pruning).join('\n');

describe('confirmations', () => {
  it('counts one as one', () => {
    assert.match(asked(gone('Service')), /set shop has 1 object here, and it is not in what you deploy/);
    assert.match(asked(gone('Service')), /1 of the objects to delete was neither generated nor applied/);
    assert.match(asked(gone('Service'), gone('Pod')), /2 of the objects to delete were neither generated/);
    assert.match(asked(gone('Service'), gone('Pod')), /has 2 objects here, and none of them is in what you deploy/);
    assert.match(asked(gone('Namespace', 1)), /with the object of this set that is in it/);
    assert.match(asked(gone('Namespace', 2)), /with the 2 objects of this set that are in it/);
  });

  const live = { apiVersion: 'v1', kind: 'Any', metadata: { name: 'x' } };
  const going = { ...live, metadata: { ...live.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };

  // A Job that is at work is waited for, which nobody can do for a kind that only has its name.
  for (const { what, group, kind, now, asks } of [
    { what: 'a Deployment', group: 'apps', kind: 'Deployment', now: live, asks: true },
    { what: 'a Deployment that is going already', group: 'apps', kind: 'Deployment', now: going, asks: false },
    { what: 'a Job', group: 'batch', kind: 'Job', now: live, asks: false },
    { what: "Volcano's Job", group: 'batch.volcano.sh', kind: 'Job', now: live, asks: true },
  ]) {
    it(`${asks ? 'asks' : 'does not ask'} before ${what} is deleted and created anew`, () => {
      const made = change(`${kind}/x`, 'recreate', { live: now });
      const { member } = made;
      const recreated = { ...made, member: { ...member, id: { ...member.id, group } } };
      assert.deepEqual(
        confirmationsOf(nothing, [recreated], options),
        asks ? [`${kind}/x would be deleted and created anew`] : [],
      );
    });
  }
});

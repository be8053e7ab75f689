import assert from 'node:assert/strict';
import { confirmationsOf, type ConfirmationsOptions } from '../../../src/engine/plan/confirmations.js';
import { change } from '../../ui/recordedRuns.js';

const options = { pruneLimit: 20, set: 'shop' } as unknown as ConfirmationsOptions;
const nothing = { judgements: [], anyCandidate: false };

describe('confirmations', () => {
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

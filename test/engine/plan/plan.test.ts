import assert from 'node:assert/strict';
import { changesAnything } from '../../../src/engine/plan/plan.js';
import { change, deletion, kept, plan } from '../../ui/recordedRuns.js';

describe('changesAnything', () => {
  const unchanged = change('Service/web', 'unchanged');

  for (const { what, of, changes } of [
    { what: 'an empty plan', of: plan([], []), changes: false },
    { what: 'what stays as it is', of: plan([unchanged], [kept('ConfigMap/a', 'in use')]), changes: false },
    { what: 'a write', of: plan([unchanged, change('ConfigMap/a', 'configure')], []), changes: true },
    { what: 'a deletion', of: plan([], [deletion('ConfigMap/a')]), changes: true },
  ]) {
    it(`${changes ? 'is' : 'is not'} so for ${what}`, () => {
      assert.equal(changesAnything(of), changes);
    });
  }
});

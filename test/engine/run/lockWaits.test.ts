import assert from 'node:assert/strict';
import type { Event } from '../../../src/engine/run/events.js';
import { lockWaitsOf } from '../../../src/engine/run/lockWaits.js';
import { EXIT } from '../../../src/errors.js';

const awaited = (at: number, holder: string, doing?: string, set = 'shop'): Event => ({
  ...{ type: 'lockAwaited', set, until: 60_000, at },
  ...{ holder, heldSince: holder === 'old' ? undefined : Date.UTC(2026, 0, 1), doing },
});
const plan = (at: number): Event => ({ type: 'phaseStarted', phase: 'plan', total: undefined, at });
const render: Event = { type: 'phaseStarted', phase: 'render', total: undefined, at: 0 };
const stopped = (at: number): Event => ({
  ...{ type: 'stopped', at, exitCode: EXIT.timedOut },
  failure: { code: 'SetLocked', message: 'locked', suggestions: [] },
});
const heldSince = '2026-01-01T00:00:00.000Z';

describe('lockWaitsOf', () => {
  for (const [what, events, waits] of [
    ['nobody', [render, plan(5)], []],
    [
      'one holder, whatever it does meanwhile',
      [render, awaited(10, 'ada'), awaited(20, 'ada', 'it applies its objects'), plan(50)],
      [{ set: 'shop', holder: 'ada', heldSince, doing: 'it applies its objects', ms: 40 }],
    ],
    [
      'two holders one after the other',
      [awaited(10, 'ada'), awaited(30, 'bob'), plan(90)],
      [
        { set: 'shop', holder: 'ada', heldSince, ms: 20 },
        { set: 'shop', holder: 'bob', heldSince, ms: 60 },
      ],
    ],
    [
      'two sets of one holder',
      [awaited(10, 'ada'), awaited(30, 'ada', undefined, 'shop-old'), plan(90)],
      [
        { set: 'shop', holder: 'ada', heldSince, ms: 20 },
        { set: 'shop-old', holder: 'ada', heldSince, ms: 60 },
      ],
    ],
    [
      'another one that came after the plan',
      [awaited(10, 'ada'), plan(20), awaited(30, 'bob'), plan(40)],
      [
        { set: 'shop', holder: 'ada', heldSince, ms: 10 },
        { set: 'shop', holder: 'bob', heldSince, ms: 10 },
      ],
    ],
    ['one in vain', [awaited(10, 'old'), stopped(70)], [{ set: 'shop', holder: 'old', ms: 60 }]],
  ] as const) {
    it(`tells of ${what}`, () => {
      assert.deepEqual(lockWaitsOf(events), waits);
    });
  }
});

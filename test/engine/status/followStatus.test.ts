import assert from 'node:assert/strict';
import type { WorkloadState } from '../../../src/engine/status/describeMembers.js';
import { followStatus } from '../../../src/engine/status/followStatus.js';
import type { StatusWord } from '../../../src/engine/run/events.js';

const web = (status: StatusWord, more: Partial<WorkloadState> = {}): WorkloadState => ({
  id: { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' },
  status,
  message: '',
  problems: [],
  configs: [],
  stalePods: [],
  drift: [],
  ...more,
});
const doomed = web('InProgress', {
  problems: [{ pod: 'web-1', container: 'app', reason: 'ImagePullBackOff', message: '', restarts: 0, doomed: true }],
});
const stale = web('Current', {
  stalePods: [{ pod: 'web-1', config: 'ConfigMap/app', startedAt: '', changedAt: '', certain: true }],
});

/** Follows these readings, of which the last is read again and again; each takes the time that is paused, and no more. */
async function follow(readings: readonly (readonly WorkloadState[])[], timeoutMs = 300_000) {
  let clock = 0;
  let reads = 0;
  const told: string[] = [];
  const followed = await followStatus({
    read: () => {
      const objects = readings[Math.min(reads, readings.length - 1)]!;
      reads += 1;
      return Promise.resolve({ objects, stale: [] });
    },
    onChange: ({ objects }) => told.push(objects.map(({ status }) => status).join()),
    until: 'healthy',
    timeoutMs,
    now: () => clock,
    pause: (ms) => {
      clock += ms;
      return Promise.resolve();
    },
  });
  return { outcome: followed.outcome, unhealthy: followed.unhealthy.length, seconds: clock / 1000, told };
}

describe('followStatus', () => {
  const cases = [
    ['healthy at once', [[web('Current')]], ['current', 0, 0, 'Current']],
    [
      'what is not there yet, then not ready, then ready; each change told once',
      [[web('NotFound')], [web('InProgress')], [web('InProgress')], [web('Current')]],
      ['current', 0, 6, 'NotFound InProgress Current'],
    ],
    ['a failure ends it at once', [[web('InProgress')], [web('Failed')]], ['failed', 1, 2, 'InProgress Failed']],
    ['a doomed pod ends it after 30 s', [[doomed]], ['failed', 1, 30, 'InProgress']],
    [
      'a pod that is doomed no more starts the 30 s anew',
      [...Array.from({ length: 14 }, () => [doomed]), [web('InProgress')], [doomed]],
      ['failed', 1, 60, 'InProgress InProgress InProgress'],
    ],
    ['the time-out', [[web('InProgress')]], ['timedOut', 1, 300, 'InProgress']],
    ['a stale pod is not healthy', [[stale]], ['timedOut', 1, 300, 'Current']],
    ['a label that finds nothing yet is waited for', [[], [web('Current')]], ['current', 0, 2, ' Current']],
    ['and times out', [[]], ['timedOut', 0, 300, '']],
  ] as const;
  for (const [name, readings, [outcome, unhealthy, seconds, told]] of cases) {
    it(name, async () => {
      assert.deepEqual(await follow(readings), { outcome, unhealthy, seconds, told: told.split(' ') });
    });
  }
});

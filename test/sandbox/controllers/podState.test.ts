import assert from 'node:assert/strict';
import { bySacrifice } from '../../../src/sandbox/controllers/podState.js';
import type { PodObject } from '../../../src/sandbox/controllers/workloadTypes.js';

interface Pod {
  readonly node?: false;
  readonly phase?: string;
  readonly ready?: boolean;
  readonly restarts?: number;
  readonly made?: string;
}

function podOf({ node, phase = 'Running', ready = true, restarts = 0, made = '00' }: Pod): PodObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', creationTimestamp: `2026-01-01T00:00:${made}Z` },
    spec: node === false ? {} : { nodeName: 'sandbox' },
    status: {
      phase,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: [{ restartCount: 0 }, { restartCount: restarts }],
    },
  };
}

// kubernetes pkg/controller, ActivePodsWithRanks: each line says why the left one goes first.
describe('of two pods goes first', () => {
  const cases: readonly (readonly [why: string, first: Pod, second: Pod])[] = [
    ['the one without a node', { node: false }, { ready: false }],
    ['the one that has not started', { phase: 'Pending', ready: false }, { ready: false, restarts: 9 }],
    ['the one that is not ready', { ready: false }, { restarts: 9 }],
    ['the one that was started anew more often', { restarts: 2 }, { restarts: 1, made: '30' }],
    ['the younger one', { made: '30' }, { made: '10' }],
  ];
  for (const [why, first, second] of cases)
    it(why, () => {
      assert.ok(bySacrifice(podOf(first), podOf(second)) < 0);
      assert.ok(bySacrifice(podOf(second), podOf(first)) > 0);
    });
});

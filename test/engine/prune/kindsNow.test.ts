import assert from 'node:assert/strict';
import type { Discovery } from '../../../src/cluster/cluster.js';
import { kindsNow } from '../../../src/engine/prune/kindsNow.js';
import { fakeCluster, resource } from '../fakeCluster.js';

const GADGET = resource('shop.example.com/v1', 'Gadget', 'gadgets');
const WIDGET = resource('late.example.com/v1', 'Widget', 'widgets');
const POD = resource('v1', 'Pod', 'pods');

async function kindsAfter(known: Discovery, now: Discovery): Promise<Discovery> {
  const cluster = { ...fakeCluster({}), discover: () => Promise.resolve(now) };
  return kindsNow(cluster, known, new AbortController().signal);
}

describe('kindsNow', () => {
  for (const [name, now, kinds] of [
    [
      'a kind that was defined meanwhile is known',
      { resources: [POD, GADGET, WIDGET], failures: [] },
      'Pod Gadget Widget',
    ],
    ['a kind that is gone is gone', { resources: [POD], failures: [] }, 'Pod'],
    [
      'the kinds of a group that does not answer any more are those of before: their lists are tried',
      { resources: [POD], failures: [{ groupVersion: 'shop.example.com/v1', message: 'no answer' }] },
      'Pod Gadget',
    ],
    [
      'those of the core group as well',
      { resources: [GADGET], failures: [{ groupVersion: 'v1', message: 'no answer' }] },
      'Gadget Pod',
    ],
    [
      'what another group lacks stays away',
      { resources: [POD], failures: [{ groupVersion: 'late.example.com/v1', message: 'no answer' }] },
      'Pod',
    ],
  ] as const) {
    it(name, async () => {
      const { resources, failures } = await kindsAfter({ resources: [POD, GADGET], failures: [] }, now);
      assert.equal(resources.map(({ kind }) => kind).join(' '), kinds);
      assert.deepEqual(failures, now.failures);
    });
  }
});

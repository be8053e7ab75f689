/** When a Lease whose holder says nothing is free: by what was seen, look by look, whatever any clock says. */
import assert from 'node:assert/strict';
import type { ObservedLease } from '../../../src/engine/lock/observeLease.js';
import { hasExpired, silenceOf, type Silence } from '../../../src/engine/lock/silence.js';
import { resource } from '../fakeCluster.js';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const HOUR = 3_600_000;

function lease(version: number, spec: object): ObservedLease {
  const metadata = { name: 'kapply-web', namespace: 'shop', resourceVersion: String(version) };
  const object = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec: { ...spec } };
  const address = {
    resource: resource('coordination.k8s.io/v1', 'Lease', 'leases'),
    namespace: 'shop',
    name: 'kapply-web',
  };
  return { address, object, holder: 'ci', set: 'web' };
}

interface Look {
  /** Since the look before, by our clock, in ms. */
  readonly after: number;
  readonly version?: number;
}
const every = (after: number, count: number): Look[] => Array.from({ length: count }, () => ({ after }));
/** One look a second at a holder that renews every five. */
const renewing = (count: number): Look[] =>
  Array.from({ length: count }, (_, index) => ({ after: 1000, version: Math.floor(index / 5) }));

const CASES: readonly [what: string, looks: readonly Look[], expired: boolean, spec?: object][] = [
  ['the first look tells nothing', every(0, 1), false],
  ['its own time has not passed', every(1000, 60), false, { leaseDurationSeconds: 60 }],
  ['its own time has passed', every(1000, 61), true, { leaseDurationSeconds: 60 }],
  ['without a time it has ours', every(1000, 15), false],
  ['without a time ours has passed', every(1000, 16), true],
  ['it was last renewed in another year', every(1000, 2), false, { renewTime: '1999-01-01T00:00:00.000000Z' }],
  ['it is to be renewed in another year', every(1000, 16), true, { renewTime: '2099-01-01T00:00:00.000000Z' }],
  ['it is renewed again and again', renewing(100), false],
  // It was written once, and is looked at for the second time when the clock has jumped.
  ['our clock jumps ahead, or we slept', [...every(1000, 3), { after: HOUR }], false],
  ['our clock jumps ahead and back', [...every(1000, 3), { after: HOUR }, { after: -HOUR }], false],
  ['our clock jumps back, and it stays silent', [...every(1000, 10), { after: -HOUR }, ...every(1000, 6)], true],
  ['the server was away for us, and so for the holder', [{ after: 0 }, { after: 1000 }, { after: 20_000 }], false],
  ['the server is slow, and it stays silent', every(4000, 9), true],
];

describe('a Lease whose holder is silent', () => {
  for (const [what, looks, expired, spec = {}] of CASES) {
    it(`${expired ? 'is free' : 'is not free'}: ${what}`, () => {
      let now = NOW;
      let silence: Silence | undefined;
      let isFree = false;
      for (const { after, version = 1 } of looks) {
        now += after;
        const observed = lease(version, spec);
        silence = silenceOf(observed, now, silence);
        isFree ||= hasExpired(observed, silence);
      }
      assert.equal(isFree, expired);
    });
  }
});

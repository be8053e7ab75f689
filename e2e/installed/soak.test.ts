/** A short soak (bench/soak.ts has the long one): twenty deploys, two of them killed, leave no more than they should. */
import assert from 'node:assert/strict';
import { soak } from '../../bench/soak.js';
import { install } from './installation.js';

/** What --keep keeps in it, and what is in use. */
const LEFT = 3;

// The Node does not matter to what is left.
(process.env.KAPPLY_NODE === undefined ? describe : describe.skip)('twenty deploys in a row', () => {
  it('leave what is in use, what --keep keeps, and one Lease', async function () {
    this.timeout(300_000);
    // What is killed is the built program.
    await install();
    const { most, last } = await soak(20);
    assert.deepEqual(last, { ConfigMap: LEFT, Secret: LEFT, Lease: 1 });
    // Each deploy within the same second as the one before, or after one that was killed, leaves one for the next.
    for (const kind of ['ConfigMap', 'Secret'] as const) assert.ok(most[kind] <= LEFT + 7, `${most[kind]} ${kind}s`);
    assert.equal(most.Lease, 1);
  });
});

/** A short soak (`npm run soak` is the long one): twenty deploys, two of them killed, leave no more than they should. */
import assert from 'node:assert/strict';
import { soak, soakText } from '../../bench/soak.js';
import { install } from './installation.js';

/** What --keep keeps in it, and what is in use. */
const LEFT = 3;
/** --records of it. */
const RECORDS = 3;

// The Node does not matter to what is left.
(process.env.KAPPLY_NODE === undefined ? describe : describe.skip)('twenty deploys in a row', () => {
  it('leave what is in use, what --keep keeps, and one Lease', async function () {
    this.timeout(300_000);
    // What is killed is the built program.
    await install();
    const found = await soak(20);
    console.log(soakText(found).replaceAll(/^/gm, '    '));
    const { most, last } = found;
    assert.deepEqual(last, { ConfigMap: LEFT, Secret: LEFT, Lease: 1, Record: RECORDS });
    // Each deploy within the same second as the one before, or after one that was killed, leaves one for the next.
    for (const kind of ['ConfigMap', 'Secret'] as const) assert.ok(most[kind] <= LEFT + 7, `${most[kind]} ${kind}s`);
    assert.equal(most.Lease, 1);
    assert.ok(most.Record <= RECORDS, `${most.Record} records`);
  });
});

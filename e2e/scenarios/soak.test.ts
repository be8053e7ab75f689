/** A short soak on a real API server (`npm run soak -- --kubeconfig FILE` is the long one): what one deploy leaves does not pile up. */
import assert from 'node:assert/strict';
import { soak, soakText } from '../../bench/soak.js';
import { environment } from '../harness/environment.js';

const DEPLOYS = 20;

describe('twenty deploys in a row, two of them killed', () => {
  it('leave what is in use, what --keep keeps, the records and one Lease', async function () {
    this.timeout(300_000);
    const found = await soak(DEPLOYS, environment().kubeconfig);
    console.log(soakText(found).replaceAll(/^/gm, '      '));
    const { most, last } = found;
    // What is in use, and two earlier revisions of each.
    assert.deepEqual(last, { ConfigMap: 3, Secret: 3, Lease: 1, Record: 3 });
    // Each deploy within the same second as the one before, or after one that was killed, leaves one for the next.
    for (const kind of ['ConfigMap', 'Secret'] as const) assert.ok(most[kind] <= 3 + 3, `${most[kind]} ${kind}s`);
    assert.ok(most.Lease === 1 && most.Record <= 3, JSON.stringify(most));
  });
});

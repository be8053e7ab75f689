/** Proofs that an apply changes nothing (patch/apply/noOp), beside the dry runs of a real API server. */
import assert from 'node:assert/strict';
import { proveRandomly } from '../../test/patch/apply/noOp/proofSuite.js';
import { useScenario } from '../harness/scenario.js';

const CASES = Number(process.env.KAPPLY_PROOFS ?? 500);
const SEED = Number(process.env.KAPPLY_SEED ?? 1);

describe('the proof of a no-op', () => {
  const scenario = useScenario();

  it('is never wrong about what the server would do', async function () {
    this.timeout(60_000 + CASES * 50);
    const { cluster, namespace } = scenario.current;
    const { cases, noOps, proven } = await proveRandomly(cluster, { namespace, seed: SEED, cases: CASES });
    assert.ok(cases >= CASES);
    assert.ok(proven >= 0.8 * noOps, `${proven} of ${noOps} no-ops are proved`);
  });
});

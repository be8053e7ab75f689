import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findKustomize } from '../render/oracle.js';
import { compareWithKustomize } from './compare.js';
import { kustomizationTree } from './trees.js';

const RUNS = 40;

describe('render', () => {
  it(`does what the real kustomize does on ${RUNS} random trees`, async function () {
    const kustomize = findKustomize();
    if (kustomize === undefined) return this.skip();
    this.timeout(300_000);
    await fc.assert(
      fc.asyncProperty(kustomizationTree, async (files) => {
        const comparison = await compareWithKustomize(kustomize, files);
        if (comparison.outcome === 'different')
          assert.equal(comparison.difference.kapply, comparison.difference.kustomize);
      }),
      { numRuns: RUNS },
    );
  });
});

/**
 * Compares kapply's render with the real kustomize on random trees of kustomizations:
 *   tsx scripts/fuzzRender.ts [--runs 2000] [--seed N] [--path P] [--keep]
 * Prints its seed, and for a difference the smallest tree that shows it. With --keep, goes on with other seeds after a difference.
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { compareWithKustomize } from '../test/differential/compare.js';
import { kustomizationTree } from '../test/differential/trees.js';
import { findKustomize, type Files } from '../test/render/oracle.js';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '2000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    path: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});

async function fuzz(kustomize: string, seed: number, runs: number, path: string | undefined): Promise<number> {
  const counts = { same: 0, bothRefuse: 0, different: 0 };
  const property = fc.asyncProperty(kustomizationTree, async (files) => {
    const { outcome } = await compareWithKustomize(kustomize, files);
    counts[outcome]++;
    return outcome !== 'different';
  });
  const result = await fc.check(property, {
    seed,
    numRuns: runs,
    endOnFailure: path !== undefined,
    ...(path !== undefined && { path }),
  });
  if (!result.failed) {
    console.log(
      `seed ${seed}: ${result.numRuns} trees, ${counts.same} rendered alike, ${counts.bothRefuse} refused by both`,
    );
    return result.numRuns;
  }
  console.log(`seed ${seed}, path ${result.counterexamplePath ?? ''}: different after ${result.numRuns} trees`);
  const [files] = result.counterexample ?? [{}];
  await explain(kustomize, files);
  process.exitCode = 1;
  return result.numRuns;
}

async function explain(kustomize: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    if (/kustomization\.yaml$|objects\.yaml$/.test(path) && content.length > 0)
      console.log(`--- ${path}\n${String(content)}`);
  }
  const comparison = await compareWithKustomize(kustomize, files);
  if (comparison.outcome !== 'different') return;
  console.log(`=== kustomize\n${comparison.difference.kustomize}\n=== kapply\n${comparison.difference.kapply}`);
}

const kustomize = findKustomize();
if (kustomize === undefined) {
  console.log('skipped: there is no kustomize; build it with e2e/control-plane, or name it in KAPPLY_KUSTOMIZE');
} else {
  const runs = Number(values.runs);
  let seed = Number(values.seed);
  let done = await fuzz(kustomize, seed, runs, values.path);
  while (values.keep && done < runs) done += await fuzz(kustomize, ++seed, runs - done, undefined);
}

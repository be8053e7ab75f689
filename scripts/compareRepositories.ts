/**
 * Renders every kustomization under the given folders with kapply and with the real kustomize, and names each that differs:
 *   tsx scripts/compareRepositories.ts [--show] FOLDER…
 * The folders are checkouts of public repositories. With --show, prints the first lines in which the two outputs part.
 */
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { FILE_NAMES } from '../src/render/build/loadTarget.js';
import { compareFolder, type Difference } from '../test/differential/compare.js';
import { findKustomize } from '../test/render/oracle.js';

const { values, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: { show: { type: 'boolean', default: false } },
});

function kustomizations(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && FILE_NAMES.includes(entry.name))
    .map((entry) => entry.parentPath)
    .sort();
}

function firstDifference({ kustomize, kapply }: Difference): string {
  const theirs = kustomize.split('\n');
  const ours = kapply.split('\n');
  const at = theirs.findIndex((line, index) => line !== ours[index]);
  const around = (lines: readonly string[]): string => lines.slice(Math.max(0, at - 3), at + 5).join('\n');
  return `=== kustomize, from line ${at + 1}\n${around(theirs)}\n=== kapply\n${around(ours)}\n`;
}

const kustomize = findKustomize();
if (kustomize === undefined) {
  console.log('skipped: there is no kustomize; build it with e2e/control-plane, or name it in KAPPLY_KUSTOMIZE');
} else {
  const total = { same: 0, bothRefuse: 0, different: 0 };
  for (const folder of folders) {
    const counts = { same: 0, bothRefuse: 0, different: 0 };
    for (const kustomization of kustomizations(folder)) {
      const comparison = await compareFolder(kustomize, kustomization).catch((bug: unknown) => ({
        outcome: 'different' as const,
        difference: { kustomize: '', kapply: String(bug) },
      }));
      counts[comparison.outcome]++;
      if (comparison.outcome !== 'different') continue;
      console.log(`different: ${kustomization}`);
      if (values.show) console.log(firstDifference(comparison.difference));
    }
    console.log(`${folder}: ${counts.same} alike, ${counts.bothRefuse} refused by both, ${counts.different} different`);
    for (const outcome of ['same', 'bothRefuse', 'different'] as const) total[outcome] += counts[outcome];
  }
  console.log(`in all: ${total.same} alike, ${total.bothRefuse} refused by both, ${total.different} different`);
  process.exitCode = total.different === 0 ? 0 : 1;
}

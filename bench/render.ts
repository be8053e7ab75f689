/**
 * Renders a base with an overlay, of 50 to 5,000 objects, with `kapply render` and the real `kustomize build` in the same run:
 *   npm run build && npx tsx bench/render.ts
 * SIZES (comma separated) and ROUNDS change the numbers; KAPPLY_KUSTOMIZE names another kustomize. The outputs must be equal.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { measure, median, type Measured } from './measure.js';
import { overlayFiles } from './overlays.js';

const sizes = (process.env.SIZES ?? '50,500,1000,2000,5000').split(',').map(Number);
const rounds = Number(process.env.ROUNDS ?? 7);
const kustomize = process.env.KAPPLY_KUSTOMIZE ?? join(import.meta.dirname, '../e2e/control-plane/.bin/kustomize');
const kapply = join(import.meta.dirname, '../bin/run.js');

/** From here on kustomize takes long enough that once tells enough. */
const LARGE = 1000;

interface Result {
  readonly size: number;
  readonly kapply: readonly Measured[];
  readonly kustomize: readonly Measured[];
}

async function repeat(times: number, command: string, args: readonly string[]): Promise<Measured[]> {
  const runs: Measured[] = [];
  for (let round = 0; round < times; round++) runs.push(await measure(command, args, {}));
  return runs;
}

async function run(size: number, folder: string): Promise<Result> {
  for (const [path, text] of Object.entries(overlayFiles(size))) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const overlay = join(folder, 'overlay');
  const result = {
    size,
    kapply: await repeat(rounds, process.execPath, [kapply, 'render', '-k', overlay]),
    kustomize: await repeat(size < LARGE ? rounds : 1, kustomize, ['build', overlay]),
  };
  if (result.kapply[0]?.stdout !== result.kustomize[0]?.stdout)
    throw new Error(`the outputs of ${size} objects differ`);
  return result;
}

const secondsOf = (runs: readonly Measured[]): number => median(runs.map(({ seconds }) => seconds));

function row(name: string, size: number, runs: readonly Measured[]): string {
  const peak = Math.max(...runs.map(({ peakMiB }) => peakMiB ?? 0));
  return [
    String(size).padStart(6),
    name.padEnd(9),
    `${secondsOf(runs).toFixed(3)} s`.padStart(10),
    `${median(runs.map(({ cpuSeconds }) => cpuSeconds)).toFixed(2)} s CPU`.padStart(12),
    `${((secondsOf(runs) / size) * 1e6).toFixed(0)} µs an object`.padStart(18),
    `${Math.round(peak)} MiB`.padStart(9),
  ].join(' ');
}

if (!existsSync(kustomize)) {
  console.log('skipped: there is no kustomize; build it with e2e/control-plane, or name it in KAPPLY_KUSTOMIZE');
} else {
  for (const size of sizes) {
    const folder = await mkdtemp(join(tmpdir(), 'kapply-bench-render-'));
    try {
      const result = await run(size, folder);
      console.log(row('kapply', size, result.kapply));
      console.log(row('kustomize', size, result.kustomize));
      const ratio = secondsOf(result.kustomize) / secondsOf(result.kapply);
      console.log(
        `       kapply takes ${ratio >= 1 ? `1/${ratio.toFixed(1)}` : `${(1 / ratio).toFixed(1)} times`} of the time`,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  }
}

/**
 * How long kapply takes to say what needs no cluster, against a Node that does nothing, in turns:
 *   npm run build && npx tsx bench/startup.ts
 * ROUNDS changes the number of rounds (15). Exits 1 where `--version` takes more than twice as long as that Node.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { median } from './measure.js';

const rounds = Number(process.env.ROUNDS ?? 15);
const program = join(import.meta.dirname, '../bin/run.js');
/** Times of a bare Node. */
const MOST_OF_VERSION = 2;

interface Case {
  readonly name: string;
  readonly args: readonly string[];
  readonly exitCode: number;
}

const BARE: Case = { name: 'node -e 0', args: ['-e', '0'], exitCode: 0 };
const VERSION: Case = { name: 'kapply --version', args: [program, '--version'], exitCode: 0 };
const cases: readonly Case[] = [
  BARE,
  VERSION,
  { name: 'kapply --help', args: [program, '--help'], exitCode: 0 },
  { name: 'kapply deploy --help', args: [program, 'deploy', '--help'], exitCode: 0 },
  { name: 'an unknown flag', args: [program, 'deploy', '--hlp'], exitCode: 2 },
];

/** One run, in ms. */
function timed({ name, args, exitCode }: Case): number {
  const began = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  const ms = performance.now() - began;
  if (status !== exitCode) throw new Error(`${name}: exit code ${status}, not ${exitCode}`);
  return ms;
}

const times = new Map(cases.map((one) => [one, [] as number[]]));
// The first round keeps what V8 compiles (docs/decisions/0220), and is not counted.
for (let round = 0; round <= rounds; round++)
  for (const [one, all] of times) {
    const ms = timed(one);
    if (round > 0) all.push(ms);
  }
const medianOf = (one: Case): number => median(times.get(one) ?? []);
for (const one of cases) {
  const ms = medianOf(one);
  console.log(
    `${one.name.padEnd(22)} ${ms.toFixed(0).padStart(4)} ms   ${(ms / medianOf(BARE)).toFixed(1)} times a bare Node`,
  );
}
if (medianOf(VERSION) > MOST_OF_VERSION * medianOf(BARE)) {
  console.error(`kapply --version takes more than ${MOST_OF_VERSION} times as long as a bare Node`);
  process.exitCode = 1;
}

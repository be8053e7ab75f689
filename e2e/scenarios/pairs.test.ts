/**
 * Two pipelines at once on a real API server: every pair of verbs that write to a set, begun together. One wins; the other
 * waits for it, or says what happened. Nothing in use is gone, and a deploy afterwards ends where an undisturbed one does.
 *
 * Each lane tries its pairs one after the other in a namespace of its own. With KAPPLY_PAIRS=all every pair is tried.
 */
import assert from 'node:assert/strict';
import { readRecord } from '../../src/engine/records/record.js';
import { checkInvariants, stateOfObjects } from '../../test/engine/run/invariants.js';
import { environment } from '../harness/environment.js';
import { openLane, type Ended, type Lane } from '../harness/lane.js';

const LABEL = ['--prune-label', 'appconfig=shop', '--yes'];
const FOREIGN = ['other-2222222222', 'plain'];

/** The command line of each verb, in a namespace where v1 was deployed, and then v2, which is what is there. */
const VERBS: Readonly<Record<string, (lane: Lane, first: string) => readonly string[]>> = {
  deploy: (lane) => ['deploy', ...lane.application('v1'), ...LABEL],
  supersede: (lane) => ['deploy', ...lane.application('v2'), ...LABEL, '--supersede'],
  rollback: ({ namespace, application }, first) => [
    ...['rollback', '-n', namespace, ...application('v1').slice(2), '--to', first, '--yes'],
  ],
  prune: ({ namespace }) => [...['prune', '-l', 'appconfig=shop', '-n', namespace, '--older-than', '0s', '--yes']],
  delete: (lane) => ['delete', ...lane.application('v2'), '--yes'],
};

/**
 * How a run may end beside another one: done, refused before anything was sent (2: another run was there, what was to be gone
 * back to is gone), an object changed under it (5), something left (6), superseded (8). Never a failed rollout or a bug.
 */
const ENDS = [0, 2, 5, 6, 8];

const names = Object.keys(VERBS);
const ALL_PAIRS = names.flatMap((one, index) => names.slice(index).map((other) => [one, other] as const));
/** Those in which one takes away what the other goes back to. */
const USUAL = ['deploy+supersede', 'rollback+prune', 'deploy+prune', 'rollback+delete', 'supersede+rollback'];
const PAIRS = ALL_PAIRS.filter(
  ([one, other]) => process.env.KAPPLY_PAIRS === 'all' || USUAL.includes(`${one}+${other}`),
);
const LANES = Math.min(3, PAIRS.length);

interface Met {
  readonly ends: readonly number[];
}

/** @throws where something in use is gone, or a run ended otherwise than it may */
async function meet(lane: Lane, pair: readonly [string, string]): Promise<Met> {
  const done = async (args: readonly string[]): Promise<void> => {
    const { exitCode, stdout, stderr } = await lane.run(args);
    assert.equal(exitCode, 0, `${args.join(' ')}: ${stdout}${stderr}`);
  };
  const deployOf = (version: 'v1' | 'v2') => ['deploy', ...lane.application(version), ...LABEL, '--keep', '9'];
  await done(deployOf('v1'));
  await done(deployOf('v2'));
  const original = await lane.objects();
  const numbers = original.flatMap((object) => readRecord(object)?.number ?? []).sort((a, b) => b - a);
  const first = String(numbers[1]);
  const commands = pair.map((verb) => VERBS[verb]?.(lane, first) ?? []);
  const ended = await Promise.all(commands.map((args) => lane.run(args)));
  const told = (run: Ended, index: number): string =>
    `${pair.join(' beside ')}: ${pair[index] ?? ''} ended ${run.exitCode}\n${run.stdout}${run.stderr}`;
  for (const [index, run] of ended.entries()) {
    assert.ok(ENDS.includes(run.exitCode), told(run, index));
    if (run.exitCode !== 0) assert.match(run.stdout + run.stderr, /^error: /m, told(run, index));
  }
  assert.ok(
    ended.some(({ exitCode }) => exitCode === 0),
    ended.map(told).join('\n'),
  );
  // A prune by label takes what carries it, whatever its set.
  const foreign = pair.includes('prune') ? ['plain'] : FOREIGN;
  checkInvariants(original, await lane.objects(), ended.map(told).join('\n'), foreign);
  await done(['deploy', ...lane.application('v1'), ...LABEL]);
  const left = stateOfObjects(await lane.objects());
  assert.ok(
    left.some((line) => line.includes('version1')) && !left.some((line) => line.includes('version2')),
    left.join('\n'),
  );
  return { ends: ended.map(({ exitCode }) => exitCode) };
}

describe('two pipelines at once, on a real API server', function () {
  this.timeout(300_000);
  const results = new Map<string, Promise<Met>>();
  const lanes: Promise<void>[] = [];
  const ends = new Map<number, number>();

  before(() => {
    for (let turn = 0; turn < LANES; turn++) {
      const opened = openLane(environment().kubeconfig);
      let last: Promise<unknown> = opened;
      for (const pair of PAIRS.filter((_, index) => index % LANES === turn)) {
        const result = last.catch(() => undefined).then(async () => meet(await opened, pair));
        results.set(pair.join('+'), result);
        last = result;
      }
      lanes.push(last.catch(() => undefined).then(async () => (await opened).close()));
    }
  });
  after(async () => {
    await Promise.all(lanes);
    const counts = [...ends].map(([code, count]) => `exit ${code}: ${count}`);
    console.log(`    pairs of runs: ${PAIRS.length}; they ended with ${counts.join(', ')}`);
  });

  for (const pair of PAIRS) {
    it(pair.join(' beside '), async () => {
      const met = await results.get(pair.join('+'));
      for (const code of met?.ends ?? []) ends.set(code, (ends.get(code) ?? 0) + 1);
    });
  }
});

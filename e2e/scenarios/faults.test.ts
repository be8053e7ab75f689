/**
 * The faults of test/hostile/faultCases.ts on a real API server, behind a relay: a deploy, the deploy of a plan, a rollback, a
 * deploy that fails and rolls back by itself, a prune or a delete goes through each of them and ends converged, or with an error that is true; nothing in use is gone, and once the fault is over the same
 * command ends where an undisturbed one does. The commands run in this process, since their clock is part of some faults.
 *
 * Most of the time goes by waiting for rollouts, so several lanes run beside each other, each in a namespace of its own, one
 * fault after the other. With KAPPLY_FAULTS=all each verb meets every fault; KAPPLY_FAULTS=plan,rollback are these verbs alone,
 * and all,plan,rollback these with every fault.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { readRecord } from '../../src/engine/records/record.js';
import type { Fault } from '../../src/sandbox/index.js';
import { checkInvariants } from '../../test/engine/run/invariants.js';
import { FAULTS, type FaultCase } from '../../test/hostile/faultCases.js';
import { environment } from '../harness/environment.js';
import { comparable, openLane, type Lane, type Version } from '../harness/lane.js';

const CHOSEN = (process.env.KAPPLY_FAULTS ?? '').split(',').filter((word) => word !== '');
const ALL = CHOSEN.includes('all');
const CHOSEN_VERBS = CHOSEN.filter((word) => word !== 'all');
const LABEL = ['--prune-label', 'appconfig=shop'];

interface Verb {
  /** What is done undisturbed before. */
  readonly prepare: (lane: Lane, to: To, from: To) => readonly (readonly string[])[];
  readonly args: (lane: Lane, to: To) => readonly string[] | Promise<readonly string[]>;
  /** What there is once it is done. */
  readonly goal: (wanted: Wanted, to: To) => readonly string[];
  /** What is not its business. */
  readonly foreign: readonly string[];
  /** The code with which it ends undisturbed; 0 by default. */
  readonly code?: number;
  /** What it says where it has reached its goal although it ends otherwise. */
  readonly reached?: RegExp;
  readonly timeout?: string;
}

const deployOf = (lane: Lane, version: Version): string[] => [
  'deploy',
  ...lane.application(version),
  ...LABEL,
  '--yes',
];

/** The number of the earlier of the last two deploys that went well: the one to go back to. */
async function numberBefore(lane: Lane): Promise<string> {
  const records = (await lane.objects()).flatMap((object) => readRecord(object) ?? []);
  const numbers = records.flatMap(({ number, state }) => (state === 'deployed' ? [number] : []));
  return String(numbers.sort((a, b) => b - a)[1]);
}

const VERBS: Readonly<Record<'deploy' | 'plan' | 'rollback' | 'undo' | 'prune' | 'delete', Verb>> = {
  deploy: {
    prepare: (lane, _to, from) => [deployOf(lane, from)],
    args: deployOf,
    goal: (wanted, to) => wanted[to],
    foreign: ['other-2222222222', 'plain'],
  },
  plan: {
    prepare: (lane, to, from) => [
      deployOf(lane, from),
      ['plan', ...lane.application(to), ...LABEL, '-o', join(lane.folder, 'plan.json')],
    ],
    args: (lane, to) => ['deploy', '--plan', join(lane.folder, 'plan.json'), ...lane.application(to).slice(0, 2)],
    goal: (wanted, to) => wanted[to],
    foreign: ['other-2222222222', 'plain'],
  },
  rollback: {
    // Secrets come back only where they are still there.
    prepare: (lane, to, from) => [deployOf(lane, to), [...deployOf(lane, from), '--keep', '9']],
    // By its number: a second one would go further back.
    args: async (lane) => [
      ...['rollback', '-n', lane.namespace, ...lane.application('v1').slice(2), '--yes'],
      ...['--to', await numberBefore(lane)],
    ],
    goal: (wanted, to) => wanted[`back to ${to}`],
    foreign: ['other-2222222222', 'plain'],
  },
  // It fails, since an image is not there, and goes back to what it found.
  undo: {
    prepare: (lane, to) => [deployOf(lane, to)],
    args: (lane) => [...deployOf(lane, 'broken'), '--rollback-on-failure'],
    goal: (wanted, to) => wanted[`undone ${to}`],
    foreign: ['other-2222222222', 'plain'],
    code: 4,
    reached: /rolled back: what ran well before/,
    timeout: '25s',
  },
  prune: {
    prepare: (lane, to, from) => [deployOf(lane, from), [...deployOf(lane, to), '--keep', '9']],
    args: ({ namespace }) => ['prune', '-l', 'appconfig=shop', '-n', namespace, '--older-than', '0s', '--yes'],
    goal: (wanted, to) => wanted[to],
    // An operator's prune takes what carries the label, whatever its set.
    foreign: ['plain'],
  },
  delete: {
    prepare: (lane, to) => [deployOf(lane, to)],
    args: (lane, to) => ['delete', ...lane.application(to), '--yes'],
    goal: (wanted) => wanted.deleted,
    foreign: ['other-2222222222', 'plain'],
  },
};

type To = Exclude<Version, 'broken'>;
type Wanted = Readonly<Record<To | `back to ${To}` | `undone ${To}` | 'deleted', readonly string[]>>;
type Case = readonly [name: string, FaultCase];

/** What there is after undisturbed runs. */
async function undisturbed(): Promise<Wanted> {
  const lane = await openLane(environment().kubeconfig);
  const after = async (args: readonly string[], code = 0): Promise<readonly string[]> => {
    const { exitCode, stdout, stderr } = await lane.run(args);
    assert.equal(exitCode, code, stdout + stderr);
    return comparable(lane, await lane.objects());
  };
  try {
    const v1 = await after(deployOf(lane, 'v1'));
    const v2 = await after(deployOf(lane, 'v2'));
    assert.ok(v2.some((line) => line.includes('version2')) && !v2.some((line) => line.includes('version1')));
    // Before any rollback: a delete leaves the configs that were kept for one.
    const deleted = await after(await VERBS.delete.args(lane, 'v2'));
    const undone = async (version: To): Promise<readonly string[]> => {
      const { prepare, args, code = 0, timeout = '' } = VERBS.undo;
      for (const before of prepare(lane, version, version)) await after(before);
      return after([...(await args(lane, version)), '--timeout', timeout], code);
    };
    const backTo = async (version: To): Promise<readonly string[]> => {
      const { prepare, args } = VERBS.rollback;
      for (const before of prepare(lane, version, version === 'v1' ? 'v2' : 'v1')) await after(before);
      return after(await args(lane, version));
    };
    const back = { 'back to v1': await backTo('v1'), 'back to v2': await backTo('v2') };
    const failed = { 'undone v1': await undone('v1'), 'undone v2': await undone('v2') };
    return { v1, v2, ...back, ...failed, deleted };
  } finally {
    await lane.close();
  }
}

interface Tried {
  readonly lane: Lane;
  readonly verb: keyof typeof VERBS;
  readonly to: To;
  readonly wanted: Wanted;
}

/** @throws where the fault did harm, or the command did not end as it should */
async function meet([what, fault]: Case, { lane, verb, to, wanted }: Tried): Promise<void> {
  const { relay } = lane;
  const { prepare, args, goal: goalOf, foreign, code = 0, reached, timeout = '30s' } = VERBS[verb];
  for (const before of prepare(lane, to, to === 'v1' ? 'v2' : 'v1')) {
    const { exitCode, stdout, stderr } = await lane.run(before);
    assert.equal(exitCode, 0, `before: ${stdout}${stderr}`);
  }
  const original = await lane.objects();
  const kubeconfig = await relay.kubeconfig(fault.credentials);
  const goal = goalOf(wanted, to);
  const command = [
    ...(await args(lane, to)),
    ...(verb === 'prune' ? [] : ['--timeout', fault.isSlow === true ? '2m' : timeout]),
  ];
  try {
    fault.plan(relay.faults, relay);
    const { exitCode, stdout, stderr } = await lane.run(command, { kubeconfig, ahead: fault.ahead ?? 0 });
    const text = `${stdout}${stderr}`;
    assert.ok([code, ...(fault.ends ?? [])].includes(exitCode), `exit ${exitCode}\n${text}`);
    const left = await lane.objects();
    const isReached = exitCode === code && (reached === undefined || reached.test(text));
    if (isReached) assert.deepEqual(comparable(lane, left), goal, text);
    else assert.match(text, fault.ends === undefined ? /^$/ : (fault.says ?? /error: /));
    if (fault.warns !== undefined) assert.match(text, fault.warns);
    if (verb !== 'delete') checkInvariants(original, left, what, foreign);
  } finally {
    relay.faults.clear();
  }
  const again = await lane.run(command, { kubeconfig });
  assert.equal(again.exitCode, code, again.stdout + again.stderr);
  assert.deepEqual(comparable(lane, await lane.objects()), goal, again.stdout);
}

const CASES = Object.entries(FAULTS).filter(([, { only }]) => only !== 'sandbox');
const QUICK = CASES.filter(([, { isSlow }]) => isSlow !== true);
/** Cases of one lane: the more lanes, the less it waits, until the machine is busy. */
const OF_LANE = 4;
const VERB_NAMES = ['deploy', 'prune', 'delete', 'plan', 'rollback', 'undo'] as const;
const EVERY: readonly (readonly [verb: keyof typeof VERBS, cases: readonly Case[]])[] = [
  ...VERB_NAMES.flatMap((verb, turn) => {
    const mine = QUICK.filter((_, index) => ALL || index % 6 === turn);
    const starts = mine.flatMap((_, index) => (index % OF_LANE === 0 ? [index] : []));
    return starts.map((start) => [verb, mine.slice(start, start + OF_LANE)] as const);
  }),
  // Each of them waits for a minute, and does nothing meanwhile.
  ...CASES.filter(([, { isSlow }]) => isSlow === true).flatMap((one) =>
    (ALL ? VERB_NAMES : (['deploy'] as const)).map((verb) => [verb, [one]] as const),
  ),
];
const PLAN = EVERY.filter(([verb]) => CHOSEN_VERBS.length === 0 || CHOSEN_VERBS.includes(verb));

interface Counts {
  readonly injected: Map<Fault['kind'], number>;
  /** Commands that went through a fault, by verb. */
  readonly met: Map<keyof typeof VERBS, number>;
}

interface RunningLane {
  /** One for each of its cases, in their order. */
  readonly results: readonly Promise<void>[];
  readonly done: Promise<void>;
}

/** Starts the cases, one after the other, whatever becomes of them. */
function startLane(
  verb: keyof typeof VERBS,
  cases: readonly Case[],
  reference: Promise<Wanted>,
  counts: Counts,
): RunningLane {
  const opened = openLane(environment().kubeconfig);
  const results: Promise<void>[] = [];
  let last: Promise<unknown> = opened;
  for (const [index, one] of cases.entries()) {
    const to = index % 2 === 0 ? 'v2' : 'v1';
    const result = last
      .catch(() => undefined)
      .then(async () => meet(one, { lane: await opened, verb, to, wanted: await reference }));
    counts.met.set(verb, (counts.met.get(verb) ?? 0) + 1);
    results.push(result);
    last = result;
  }
  const close = async (): Promise<void> => {
    const lane = await opened;
    for (const [kind, count] of lane.relay.faults.hits())
      counts.injected.set(kind, (counts.injected.get(kind) ?? 0) + count);
    await lane.close();
  };
  return { results, done: last.catch(() => undefined).then(close) };
}

describe('commands through faults, on a real API server', function () {
  this.timeout(300_000);
  const counts: Counts = { injected: new Map(), met: new Map() };
  let lanes: readonly RunningLane[] = [];

  before(() => {
    const reference = undisturbed();
    lanes = PLAN.map(([verb, mine]) => startLane(verb, mine, reference, counts));
  });
  after(async () => {
    await Promise.all(lanes.map(({ done }) => done));
    const told = (of: ReadonlyMap<string, number>): string =>
      [...of].map(([what, count]) => `${what} ${count}`).join(', ');
    console.log(`    faults injected: ${told(counts.injected)}; commands that met them: ${told(counts.met)}`);
  });

  for (const [index, [verb, mine]] of PLAN.entries()) {
    for (const [turn, [what]] of mine.entries()) it(`${verb}: ${what}`, () => lanes[index]?.results[turn]);
  }
});

/**
 * Whole commands through what goes wrong between a pipeline and its cluster: a table of faults, each with a verb that
 * writes. Whatever happens, the command ends as the fault lets it, nothing in use is gone, and once the fault is over the
 * same command again ends where an undisturbed one does.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Faults, type RequestRecord, type Sandbox } from '../../src/sandbox/index.js';
import { runKapply } from '../commands/runKapply.js';
import { checkInvariants, createForeign, NAMESPACE, objectsOf, OVERLAYS, stateOf } from '../engine/run/invariants.js';

/** One request of so many, of those that are meant. */
function every(nth: number, meant: (request: RequestRecord) => boolean = () => true): (r: RequestRecord) => boolean {
  let count = 0;
  return (request) => meant(request) && ++count % nth === 0;
}

const isWrite = ({ verb }: RequestRecord): boolean => !['get', 'list', 'watch', ''].includes(verb);

interface FaultCase {
  readonly plan: (faults: Faults) => void;
  /** Exit codes that tell the truth; by default the command must come through. */
  readonly ends?: readonly number[];
  /** What it must say. */
  readonly says?: RegExp;
  /** How far the clock of whoever runs kapply is ahead of the server's, in ms. */
  readonly ahead?: number;
  /** It may keep what it would have pruned until the fault is over. */
  readonly keepsMore?: boolean;
}

const FAULTS: Readonly<Record<string, FaultCase>> = {
  'answers that come late': {
    plan: (faults) => faults.add({ kind: 'latency', ms: 40 }, { times: Infinity }),
  },
  'a storm of 429': {
    plan: (faults) => faults.add({ kind: 'refuse', code: 429, retryAfter: 0 }, { on: every(3), times: 30 }),
  },
  'a server that is too busy for a while (503)': {
    plan: (faults) => faults.add({ kind: 'refuse', code: 503, retryAfter: 0 }, { on: every(4), times: 20 }),
  },
  'connections cut before a request takes effect': {
    plan: (faults) => faults.add({ kind: 'reset', when: 'before' }, { on: every(5), times: 20 }),
  },
  'connections cut after a request took effect': {
    plan: (faults) => faults.add({ kind: 'reset', when: 'after' }, { on: every(5), times: 20 }),
  },
  'every write answered by a cut, the first time': {
    plan: (faults) => faults.add({ kind: 'reset', when: 'after' }, { on: every(2, isWrite), times: 20 }),
  },
  'bodies in pieces': {
    plan: (faults) => faults.add({ kind: 'slowBody', ms: 5, pieces: 4 }, { times: Infinity }),
  },
  'watches that break after each event': {
    plan: (faults) => faults.add({ kind: 'cutWatch', after: 1 }, { times: 6 }),
  },
  'pages and watches that expire': {
    plan: (faults) => faults.add({ kind: 'expire' }, { times: 6 }),
  },
  'a server whose clock is an hour behind': { plan: () => undefined, ahead: 3_600_000 },
  'a server whose clock is an hour ahead': { plan: () => undefined, ahead: -3_600_000 },
  'a server whose clock jumps an hour ahead': { plan: (faults) => faults.skewClock(3_600_000) },
  // All that was there before is then younger than the run, as what another run creates meanwhile: it stays.
  'a server whose clock jumps an hour back': { plan: (faults) => faults.skewClock(-3_600_000), keepsMore: true },
  'credentials that expire in the middle': {
    plan: (faults) => faults.add({ kind: 'refuse', code: 401 }, { skip: 45, times: Infinity }),
    ends: [7],
    says: /401|[Uu]nauthorized|credentials/,
  },
  'credentials that expire before the first write': {
    plan: (faults) => faults.add({ kind: 'refuse', code: 401 }, { on: isWrite, times: Infinity }),
    ends: [7],
    says: /401|[Uu]nauthorized|credentials/,
  },
  'a server that is gone from some request on': {
    plan: (faults) => faults.add({ kind: 'reset', when: 'before' }, { skip: 50, times: Infinity }),
    ends: [7],
  },
  'a webhook that times out at every write': {
    plan: (faults) =>
      faults.add(
        { kind: 'refuse', code: 500, message: 'failed calling webhook "guard.example.com": context deadline exceeded' },
        {
          on: ({ verb, resource }) => ['create', 'patch', 'delete'].includes(verb) && resource !== 'leases',
          times: Infinity,
        },
      ),
    ends: [5, 6],
    says: /guard\.example\.com/,
  },
};

const DEPLOY = ['deploy', '-k', join(OVERLAYS, 'v2'), '--set', 'shop', '--prune-label', 'appconfig=shop'];

/** Each fault meets one of the verbs in turn; with KAPPLY_FAULTS=all every verb. */
const ALL = process.env.KAPPLY_FAULTS === 'all';

/** What each begins with: what has been deployed, and whether its old configs still lie about. */
const VERBS = {
  deploy: { from: 'deployed', args: [...DEPLOY, '--timeout', '20s', '--yes'], foreign: ['other-2222222222', 'plain'] },
  prune: {
    from: 'stale',
    args: ['prune', '-l', 'appconfig=shop', '-n', NAMESPACE, '--older-than', '0s', '--yes'],
    // An operator's prune takes what carries the label, whatever its set.
    foreign: ['plain'],
  },
  delete: {
    from: 'deployed',
    args: ['delete', '-k', join(OVERLAYS, 'v1'), '--set', 'shop', '--timeout', '20s', '--yes'],
    foreign: ['other-2222222222', 'plain'],
  },
} as const;

describe('whole commands through faults', function () {
  this.timeout(120_000);
  let folder: string;
  let clock = 0;
  const wanted = new Map<string, readonly string[]>();
  const now = (): number => Date.now() + clock;
  /** Creation times have whole seconds: what one run creates is older than the next run. */
  const later = (): number => (clock += 3000);

  const run = (sandbox: Sandbox, args: readonly string[], ahead = 0): ReturnType<typeof runKapply> =>
    runKapply([...args, '--kubeconfig', sandbox.kubeconfig], { now: () => now() + ahead });

  async function open(from: string): Promise<Sandbox> {
    later();
    const stateFile = join(folder, `${randomUUID()}.json`);
    await copyFile(join(folder, from), stateFile);
    return startSandbox({ now, stateFile });
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kapply-faults-'));
    const sandbox = await startSandbox({ now, stateFile: join(folder, 'deployed') });
    await createForeign(sandbox);
    const first = DEPLOY.map((word) => word.replace(/v2$/, 'v1'));
    const { exitCode, stdout } = await run(sandbox, first);
    assert.equal(exitCode, 0, stdout);
    await sandbox.close();
    await copyFile(join(folder, 'deployed'), join(folder, 'stale'));
    later();
    const stale = await startSandbox({ now, stateFile: join(folder, 'stale') });
    const second = await run(stale, [...DEPLOY, '--keep', '9', '--yes']);
    assert.equal(second.exitCode, 0, second.stdout);
    await stale.close();
    for (const [verb, { from, args }] of Object.entries(VERBS)) {
      const undisturbed = await open(from);
      const ended = await run(undisturbed, args);
      assert.equal(ended.exitCode, 0, ended.stdout + ended.stderr);
      wanted.set(verb, stateOf(undisturbed));
      await undisturbed.close();
    }
  });
  after(() => rm(folder, { recursive: true }));

  for (const [index, [what, { plan, ends = [0], says, ahead, keepsMore }]] of Object.entries(FAULTS).entries()) {
    for (const [turn, [verb, { from, args, foreign }]] of Object.entries(VERBS).entries()) {
      if (!ALL && index % 3 !== turn) continue;
      it(`${verb}: ${what}`, async () => {
        const sandbox = await open(from);
        try {
          const original = objectsOf(sandbox);
          plan(sandbox.faults);
          const { exitCode, stdout, stderr } = await run(sandbox, args, ahead);
          const text = `${stdout}${stderr}`;
          assert.ok([0, ...ends].includes(exitCode), `exit ${exitCode}\n${text}`);
          if (exitCode !== 0) assert.match(text, says ?? /error: /);
          else if (keepsMore !== true) assert.deepEqual(stateOf(sandbox), wanted.get(verb), text);
          if (verb !== 'delete') checkInvariants(original, objectsOf(sandbox), what, foreign);
          sandbox.faults.clear();
          later();
          const again = await run(sandbox, args);
          assert.equal(again.exitCode, 0, again.stdout + again.stderr);
          assert.deepEqual(stateOf(sandbox), wanted.get(verb), again.stdout);
        } finally {
          await sandbox.close();
        }
      });
    }
  }
});

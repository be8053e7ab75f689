/**
 * Two at once: deploys of one set, of two sets with one label, and prunes, with and without the set's Lease. Afterwards
 * every reference is good, both runs told the truth, and one more deploy converges.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Cluster } from '../../../src/cluster/cluster.js';
import { connect } from '../../../src/cluster/connect.js';
import { deploy } from '../../../src/engine/run/deploy.js';
import type { Event } from '../../../src/engine/run/events.js';
import { acquireLease } from '../../../src/engine/lock/lease.js';
import { observeLease } from '../../../src/engine/lock/observeLease.js';
import type { DeployOptions, RunContext } from '../../../src/engine/run/options.js';
import { PRUNE_DEFAULTS } from '../../../src/engine/run/defaults.js';
import { pruneCluster } from '../../../src/engine/run/pruneCluster.js';
import type { Report } from '../../../src/engine/run/report.js';
import { render } from '../../../src/render/render.js';
import { startSandbox, type Sandbox } from '../../../src/sandbox/index.js';
import { until } from '../../until.js';
import { defaultDeployOptions } from './deployOptions.js';
import { assertDone, checkInvariants, createForeign, NAMESPACE, objectsOf, OVERLAYS, stateOf } from './invariants.js';

type Version = 'v1' | 'v2' | 'v3' | 'neighbour';

interface Run {
  readonly report: Report;
  readonly events: readonly Event[];
}

/** Runs can be held at a request: what a test does instead of hoping for the right moment. */
type Wrap = (cluster: Cluster) => Cluster;
const asItIs: Wrap = (cluster) => cluster;

interface InterleavedOptions {
  readonly check?: (runs: readonly Run[]) => void;
  /** What must be as it was, as `checkInvariants` takes it. */
  readonly foreign?: readonly string[];
  /** What an undisturbed run does not leave: lines of the state with one of these in them. */
  readonly except?: readonly string[];
}

/** How many random interleavings of each pair are tried. */
const INTERLEAVINGS = Number(process.env.KAPPLY_INTERLEAVINGS ?? 2);
const HOUR_MS = 3_600_000;

describe('two at once', function () {
  this.timeout(180_000);
  let folder: string;
  /** v1 alone, and v2 with the configs of v1 beside it. */
  let states: { readonly v1: string; readonly kept: string };
  let clock = 0;
  const now = (): number => Date.now() + clock;
  /** Creation times have whole seconds: what one run creates is older than the next run. */
  const later = (): number => (clock += 3000);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kapply-two-'));
    states = { v1: join(folder, 'v1.json'), kept: join(folder, 'kept.json') };
    await prepared(states.v1, 'v1', {});
    await copyFile(states.v1, states.kept);
    later();
    await prepared(states.kept, 'v2', { keep: 1 });
  });
  after(() => rm(folder, { recursive: true }));

  async function prepared(stateFile: string, version: Version, options: Partial<DeployOptions>): Promise<void> {
    const sandbox = await startSandbox({ now, stateFile });
    try {
      if (version === 'v1') await createForeign(sandbox);
      assertDone((await run(sandbox, version, options)).report, `the deploy of ${version}`);
    } finally {
      await sandbox.close();
    }
  }

  async function open(state: string): Promise<Sandbox> {
    // A prune leaves what is younger than an hour.
    clock += 2 * HOUR_MS;
    const copy = join(folder, `copy-${randomUUID()}.json`);
    await copyFile(state, copy);
    return startSandbox({ now, stateFile: copy });
  }

  async function running(
    sandbox: Sandbox,
    work: (context: Omit<RunContext, 'runner'>) => Promise<Report>,
    wrap: Wrap = asItIs,
  ): Promise<Run> {
    const { signal } = new AbortController();
    const cluster = await connect({ env: {}, kubeconfig: sandbox.kubeconfig, signal });
    const events: Event[] = [];
    const confirm = (): Promise<'agreed'> => Promise.resolve('agreed');
    try {
      const emit = (event: Event): void => void events.push(event);
      return { report: await work({ cluster: wrap(cluster), now, signal, emit, confirm }), events };
    } finally {
      await cluster.close();
    }
  }

  async function run(
    sandbox: Sandbox,
    version: Version,
    options: Partial<DeployOptions> = {},
    { wrap = asItIs, hasEnded = () => false }: { wrap?: Wrap; hasEnded?: (identity: string) => boolean } = {},
  ): Promise<Run> {
    const { objects } = await render(join(OVERLAYS, version), {});
    const set = version === 'neighbour' ? 'neighbour' : 'shop';
    const runner = { identity: `${version} ${randomUUID()}`, hasEnded };
    const all = { ...defaultDeployOptions(set), pruneLabel: 'appconfig=shop', lockTimeoutMs: 60_000, ...options };
    return running(sandbox, (context) => deploy(objects, all, { ...context, runner }), wrap);
  }

  function prune(sandbox: Sandbox, wrap: Wrap = asItIs): Promise<Run> {
    const options = {
      ...PRUNE_DEFAULTS,
      selector: 'appconfig=shop',
      namespaces: 'all',
      olderThanMs: HOUR_MS,
      pruneLimit: 100,
    } as const;
    const runner = { identity: `prune ${randomUUID()}`, hasEnded: () => false };
    return running(sandbox, (context) => pruneCluster(options, { ...context, runner }), wrap);
  }

  /** Requests are late as the pattern says, over and over: each pattern is another interleaving. */
  function delay(sandbox: Sandbox, pattern: readonly number[]): void {
    for (const ms of new Set(pattern)) {
      if (ms === 0) continue;
      const on = ({ number }: { readonly number: number }): boolean => pattern[number % pattern.length] === ms;
      sandbox.faults.add({ kind: 'latency', ms }, { on, times: Infinity });
    }
  }

  /** Tries random interleavings; fast-check prints the seed and the pattern of the one that fails. */
  async function interleaved(
    state: 'v1' | 'kept',
    start: (sandbox: Sandbox) => readonly Promise<Run>[],
    last: Version,
    { check = () => undefined, foreign, except = [] }: InterleavedOptions = {},
  ): Promise<void> {
    const told = (sandbox: Sandbox): string[] =>
      stateOf(sandbox).filter((line) => !except.some((part) => line.includes(part)));
    const wanted = await undisturbed(state, last, told);
    const latency = fc.constantFrom(0, 0, 0, 2, 5, 15, 40, 120);
    await fc.assert(
      fc.asyncProperty(fc.array(latency, { minLength: 7, maxLength: 41 }), async (pattern) => {
        const sandbox = await open(states[state]);
        try {
          const original = objectsOf(sandbox);
          delay(sandbox, pattern);
          const runs = await Promise.all(start(sandbox));
          sandbox.faults.clear();
          const what = JSON.stringify(runs.map(({ report: { summary, prune: pruned } }) => ({ summary, pruned })));
          checkInvariants(original, objectsOf(sandbox), what, foreign);
          for (const each of runs) assertTruthful(each, sandbox, what);
          check(runs);
          later();
          assertDone((await run(sandbox, last)).report, `one more deploy after ${what}`);
          assert.deepEqual(told(sandbox), wanted, what);
        } finally {
          await sandbox.close();
        }
      }),
      { numRuns: INTERLEAVINGS, endOnFailure: true },
    );
  }

  async function undisturbed(
    state: 'v1' | 'kept',
    last: Version,
    told: (sandbox: Sandbox) => string[],
  ): Promise<string[]> {
    const sandbox = await open(states[state]);
    try {
      assertDone((await run(sandbox, last)).report, 'undisturbed');
      return told(sandbox);
    } finally {
      await sandbox.close();
    }
  }

  const bothDone = (runs: readonly Run[]): void => {
    for (const { report } of runs) assertDone(report, 'with the lock');
  };

  const pruning: InterleavedOptions = { check: bothDone, foreign: ['plain'], except: ['"other-2222222222"'] };

  for (const lock of [true, false]) {
    describe(lock ? 'with the Lease' : 'without the Lease', () => {
      it('two revisions of one set', () =>
        interleaved(
          'v1',
          (sandbox) => [run(sandbox, 'v2', { lock }), run(sandbox, 'v3', { lock })],
          'v2',
          lock ? { check: bothDone } : {},
        ));

      it('one revision forth and the earlier one back', () =>
        interleaved(
          'kept',
          (sandbox) => [run(sandbox, 'v1', { lock }), run(sandbox, 'v3', { lock })],
          'v1',
          lock ? { check: bothDone } : {},
        ));

      it('two sets with one label, and a config that both would make', () =>
        interleaved('v1', (sandbox) => [run(sandbox, 'v2', { lock }), run(sandbox, 'neighbour', { lock })], 'v2', {
          check: bothDone,
          // The neighbour goes on to use the config of v1 that both have.
          except: ['neighbour', '"side"', '"color":"version1"'],
        }));

      it('a deploy and a prune', () =>
        interleaved('kept', (sandbox) => [run(sandbox, 'v3', { lock }), prune(sandbox)], 'v3', pruning));

      it('a deploy that goes back to what a prune is deleting', () =>
        interleaved('kept', (sandbox) => [run(sandbox, 'v1', { lock }), prune(sandbox)], 'v1', pruning));
    });
  }

  describe('going back to a revision that another run prunes', () => {
    for (const { what, version } of [
      { what: 'of the own set', version: 'v1' },
      { what: 'of another set', version: 'neighbour' },
    ] as const) {
      it(`leaves a revision ${what} there, when it is deleted after the workloads name it`, async () => {
        const sandbox = await open(states.kept);
        try {
          const original = objectsOf(sandbox);
          const judged = gate();
          const deployed = gate();
          const deploying = run(
            sandbox,
            version,
            { keep: 1 },
            {
              // The workloads are applied when the prune has judged their configs unused.
              wrap: (cluster) => ({
                ...cluster,
                apply: async (address, object, options) => {
                  if (address.resource.group === 'apps' && options.dryRun !== true) await judged.passed;
                  return cluster.apply(address, object, options);
                },
              }),
            },
          ).finally(deployed.open);
          await until('a write', () =>
            sandbox.faults.requests().some(({ verb, url }) => verb === 'patch' && isWrite(url)),
          );
          later();
          const pruning = prune(sandbox, (cluster) => ({
            ...cluster,
            remove: async (address, options) => {
              judged.open();
              await deployed.passed;
              return cluster.remove(address, options);
            },
          })).finally(judged.open);
          const [{ report }] = await Promise.all([deploying, pruning]);
          assertDone(report, 'the deploy');
          checkInvariants(original, objectsOf(sandbox), 'after the delete that came late', ['plain']);
        } finally {
          await sandbox.close();
        }
      });
    }
  });

  describe('the Lease', () => {
    const holder = 'ci@elsewhere pid 1 abc';

    /** Somebody else takes the set's Lease. */
    async function hold(sandbox: Sandbox): Promise<void> {
      const cluster = await connect({ env: {}, kubeconfig: sandbox.kubeconfig });
      const { signal } = new AbortController();
      try {
        const discovery = await cluster.discover();
        const observed = await observeLease(cluster, { set: 'shop', namespace: NAMESPACE, discovery, signal });
        assert.ok(observed);
        assert.ok(await acquireLease(cluster, observed, { identity: holder, now: now(), signal }));
      } finally {
        await cluster.close();
      }
    }

    it('of a process that is no more is taken over at once', async () => {
      const sandbox = await open(states.v1);
      try {
        await hold(sandbox);
        const { report } = await run(sandbox, 'v2', {}, { hasEnded: (identity) => identity === holder });
        assertDone(report, 'the deploy');
      } finally {
        await sandbox.close();
      }
    });

    it('of a holder elsewhere that renews no more is taken over when it has expired', async () => {
      const sandbox = await open(states.v1);
      try {
        await hold(sandbox);
        const began = now();
        const { report, events } = await run(sandbox, 'v2');
        assertDone(report, 'the deploy');
        assert.ok(now() - began >= 15_000, `taken over after ${now() - began} ms`);
        const [awaited, ...more] = events.filter(({ type }) => type === 'lockAwaited');
        assert.ok(awaited?.type === 'lockAwaited');
        assert.match(awaited.holder, /^ci@elsewhere/);
        assert.deepEqual([awaited.set, more], ['shop', []]);
        assert.ok(awaited.until > awaited.at && awaited.until - awaited.at <= 60_000);
        assert.deepEqual(report.warnings, [], "to wait for one's turn is nothing to warn of");
        const [wait, ...others] = report.lockWaits ?? [];
        assert.deepEqual([wait?.set, wait?.holder, others], ['shop', awaited.holder, []]);
        assert.ok(wait !== undefined && wait.ms >= 14_000 && wait.ms <= now() - began, `${wait?.ms} ms`);
      } finally {
        await sandbox.close();
      }
    });

    it('that was taken from a run while it slept keeps that run from writing on', async () => {
      const sandbox = await open(states.v1);
      try {
        const asleep = gate();
        const sleeping = run(
          sandbox,
          'v2',
          {},
          {
            // It falls asleep when its four configs are there, before its first workload is sent.
            wrap: (cluster) => ({
              ...cluster,
              apply: async (address, object, options) => {
                const isConfig = ['ConfigMap', 'Secret'].includes(address.resource.kind);
                if (options.dryRun !== true && !isConfig) await asleep.passed;
                return cluster.apply(address, object, options);
              },
              remove: async (address, options) => {
                await asleep.passed;
                return cluster.remove(address, options);
              },
            }),
          },
        ).finally(asleep.open);
        const applied = () => sandbox.faults.requests().filter(({ verb, url }) => verb === 'patch' && isWrite(url));
        await until('four are applied', () => applied().length === 4);
        const original = objectsOf(sandbox);
        const { report } = await run(sandbox, 'v3', {}, { hasEnded: () => true });
        assertDone(report, 'the run that took it');
        const after = stateOf(sandbox);
        later();
        later();
        later();
        later();
        asleep.open();
        const { summary } = (await sleeping).report;
        assert.deepEqual([summary.exitCode, summary.error?.code], [5, 'LockLost'], JSON.stringify(summary));
        assert.deepEqual(stateOf(sandbox), after);
        checkInvariants(original, objectsOf(sandbox), 'after the sleep');
      } finally {
        await sandbox.close();
      }
    });

    it('of a live run is waited for until the time-out, and that run is not harmed', async () => {
      const sandbox = await open(states.v1);
      try {
        const waited = gate();
        const first = run(
          sandbox,
          'v2',
          {},
          {
            wrap: (cluster) => ({
              ...cluster,
              apply: async (address, object, options) => {
                if (options.dryRun !== true && address.resource.group === 'apps') await waited.passed;
                return cluster.apply(address, object, options);
              },
            }),
          },
        );
        await until('a write', () =>
          sandbox.faults.requests().some(({ verb, url }) => verb === 'patch' && isWrite(url)),
        );
        const before = stateOf(sandbox);
        const second = await run(sandbox, 'v3', { lockTimeoutMs: 2500 }).finally(waited.open);
        assert.equal(second.report.summary.exitCode, 4);
        assert.equal(second.report.summary.error?.code, 'SetLocked');
        assert.ok((second.report.lockWaits?.[0]?.ms ?? 0) >= 2500);
        assert.deepEqual(second.report.changes, []);
        assert.ok(!before.some((line) => line.includes('version3')));
        assertDone((await first).report, 'the holder');
        assert.ok(!stateOf(sandbox).some((line) => /version[13]/.test(line)));
      } finally {
        await sandbox.close();
      }
    });
  });
});

/** What was said to be deleted is gone, and whoever ends with an error says which. */
function assertTruthful({ report, events }: Run, sandbox: Sandbox, told: string): void {
  const uidOf = new Map(
    events.flatMap((event) =>
      event.type === 'planned' ? event.plan.prune.map(({ id, uid }) => [`${id.kind}/${id.name}`, uid] as const) : [],
    ),
  );
  const living = new Set(objectsOf(sandbox).map(({ metadata: { uid } }) => uid));
  for (const { kind, name, outcome } of report.prune) {
    if (outcome !== 'deleted' && outcome !== 'gone') continue;
    assert.ok(!living.has(uidOf.get(`${kind}/${name}`)), `${kind}/${name} was said to be ${outcome}: ${told}`);
  }
  const { exitCode, error } = report.summary;
  const failed = report.changes.some(({ action }) => action === 'failed');
  const denied = report.prune.some(({ outcome }) => outcome === 'failed');
  assert.equal(exitCode !== 0, error !== undefined, told);
  assert.ok(exitCode !== 0 || (!failed && !denied), told);
}

function isWrite(url: string): boolean {
  return !url.includes('dryRun') && !url.includes('/leases/');
}

function gate(): { readonly open: () => void; readonly passed: Promise<void> } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { open: () => open(), passed };
}

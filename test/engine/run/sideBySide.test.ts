/**
 * Random applications side by side, named and unnamed, with one label and in shared namespaces: they deploy, prune, are
 * deleted and die in random order, two at once. No object of another application is ever changed or deleted, no
 * reference ever dangles, and everything stale goes in the end.
 *
 * `KAPPLY_SIDE_BY_SIDE=100000` tries more; a failure prints its seed, and `KAPPLY_SEED` begins with one.
 */
import assert from 'node:assert/strict';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import fc from 'fast-check';
import { deleteSet } from '../../../src/engine/run/deleteSet.js';
import { deploy } from '../../../src/engine/run/deploy.js';
import type { RunContext } from '../../../src/engine/run/options.js';
import { PRUNE_DEFAULTS } from '../../../src/engine/run/defaults.js';
import { pruneCluster } from '../../../src/engine/run/pruneCluster.js';
import type { Report } from '../../../src/engine/run/report.js';
import { referencesOf } from '../../../src/engine/uses/references.js';
import type { KubeObject } from '../../../src/objects/object.js';
import { defaultDeployOptions } from './deployOptions.js';
import {
  APPLICATIONS,
  contents,
  LABEL,
  renderedOf,
  type Application,
  type Content,
} from './sideBySide/applications.js';
import { makeTown, type Town } from './sideBySide/town.js';

const RUNS = Number(process.env.KAPPLY_SIDE_BY_SIDE ?? 100);
const LANES = 10;
const HOUR_MS = 3_600_000;
/** How many times as fast as ours the clock of a town runs, and the pauses of those who wait in it. */
const HASTE = 50;

type Step =
  | { readonly does: 'deploy'; readonly who: number; readonly content: Content; readonly dies: number | undefined }
  | { readonly does: 'delete'; readonly who: number; readonly dies: number | undefined }
  | { readonly does: 'prune'; readonly dies: number | undefined };

const dies = fc.option(fc.integer({ min: 5, max: 70 }), { nil: undefined, freq: 4 });
const who = fc.integer({ min: 0, max: APPLICATIONS.length - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ does: fc.constant('deploy' as const), who, content: contents, dies }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('delete' as const), who, dies }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('prune' as const), dies }) },
);
/** What happens at once: one run, or two. */
const moments = fc.array(fc.array(step, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 6 });

describe('applications side by side', function () {
  this.timeout(120_000 + RUNS * 400);

  const { setTimeout: wait } = timers;
  const setWait = (to: typeof wait): void => {
    timers.setTimeout = to;
    syncBuiltinESMExports();
  };
  before(() => {
    setWait((ms = 0, value, options) => wait(ms / HASTE, value, options));
  });
  after(() => {
    setWait(wait);
  });

  it('never take from one another, leave no reference without its config, and nothing stale in the end', async () => {
    const seed = Number(process.env.KAPPLY_SEED ?? Date.now() % 1_000_000);
    // Who waits for a lock leaves the processor to others: several towns live at once.
    await Promise.all(
      Array.from({ length: LANES }, (_, lane) =>
        fc.assert(fc.asyncProperty(moments, fc.infiniteStream(fc.boolean()), live), {
          numRuns: Math.ceil(RUNS / LANES),
          seed: seed + lane,
        }),
      ),
    );
  });
});

async function live(given: readonly (readonly Step[])[], order: IterableIterator<boolean>): Promise<void> {
  const began = performance.now();
  let skipped = Date.parse('2026-01-01T00:00:00Z');
  const now = (): number => Math.floor(skipped + (performance.now() - began) * HASTE);
  // Requests of two runs overtake each other at random.
  const turn = async (): Promise<void> => {
    while (order.next().value === true) await Promise.resolve();
  };
  const town = makeTown(now, turn);
  const deployed = new Map<Application, Content>();
  const run = async (one: Step): Promise<Report> => {
    const report = await perform(one, town, now);
    const application = one.does === 'prune' ? undefined : APPLICATIONS[one.who];
    if (application === undefined || report.summary.exitCode !== 0) return report;
    if (one.does === 'deploy') deployed.set(application, one.content);
    else deployed.delete(application);
    return report;
  };
  for (const moment of given) {
    skipped += 2 * HOUR_MS;
    const actors = new Set(moment.flatMap((one) => (one.does === 'prune' ? [] : [APPLICATIONS[one.who]?.id])));
    const before = town.objects();
    await Promise.all(moment.map(run));
    const after = town.objects();
    assertOthersUntouched(before, after, actors);
    assertNoneDangles(after, JSON.stringify(moment));
  }
  // Whoever died comes again, and an operator cleans up.
  for (const [application, content] of deployed) {
    skipped += 2 * HOUR_MS;
    const index = APPLICATIONS.indexOf(application);
    await run({ does: 'deploy', who: index, content, dies: undefined });
  }
  skipped += 2 * HOUR_MS;
  await run({ does: 'prune', dies: undefined });
  assertNothingStale(town.objects());
}

async function perform(one: Step, town: Town, now: () => number): Promise<Report> {
  const context: RunContext = {
    cluster: town.connection(one.dies),
    emit: () => undefined,
    signal: new AbortController().signal,
    now,
    confirm: () => Promise.resolve('agreed'),
    runner: { identity: `run ${Math.random()}`, hasEnded: () => true },
  };
  if (one.does === 'prune') {
    const options = {
      ...PRUNE_DEFAULTS,
      selector: LABEL,
      namespaces: 'all' as const,
      olderThanMs: HOUR_MS,
      includeNewest: true,
      pruneLimit: 100,
    };
    return pruneCluster(options, context);
  }
  const application = APPLICATIONS[one.who];
  assert.ok(application !== undefined);
  const options = { ...defaultDeployOptions(''), set: application.set, pruneLabel: LABEL, pruneLimit: 100 };
  if (one.does === 'delete')
    return deleteSet(renderedOf(application, { workloads: ALL, service: true }), options, context);
  return deploy(renderedOf(application, one.content), options, context);
}

const ALL: Content['workloads'] = [0, 1, 2].map((number) => ({ number, family: 'cfg', data: 0 }));

/** Workloads and Services of whoever did not act are the very same objects. */
function assertOthersUntouched(
  before: readonly KubeObject[],
  after: readonly KubeObject[],
  actors: ReadonlySet<string | undefined>,
): void {
  const isOthers = ({ kind, metadata: { name } }: KubeObject): boolean =>
    ['Deployment', 'Service', 'Pod'].includes(kind) && !actors.has(name.split('-')[0]);
  for (const object of before.filter(isOthers)) {
    const now = after.find(({ metadata }) => metadata.uid === object.metadata.uid);
    assert.deepEqual(now, object, `${object.kind}/${object.metadata.name} was touched`);
  }
}

function assertNoneDangles(objects: readonly KubeObject[], what: string): void {
  const configs = new Set(
    objects
      .filter(({ kind }) => kind === 'ConfigMap')
      .map(({ metadata: { namespace = '', name } }) => `${namespace}/${name}`),
  );
  for (const object of objects) {
    for (const { kind, name } of referencesOf(object)) {
      if (kind !== 'ConfigMap' || typeof name !== 'string') continue;
      const wanted = `${object.metadata.namespace ?? ''}/${name}`;
      assert.ok(
        configs.has(wanted),
        `${object.kind}/${object.metadata.name} names ${wanted}, which is gone, after ${what}`,
      );
    }
  }
}

/** Every generated config that is left is used. */
function assertNothingStale(objects: readonly KubeObject[]): void {
  const used = new Set(
    objects.flatMap((object) =>
      referencesOf(object).flatMap(({ kind, name }) =>
        kind === 'ConfigMap' && typeof name === 'string' ? [`${object.metadata.namespace ?? ''}/${name}`] : [],
      ),
    ),
  );
  for (const { kind, metadata } of objects) {
    if (kind !== 'ConfigMap') continue;
    assert.ok(
      used.has(`${metadata.namespace ?? ''}/${metadata.name}`),
      `${metadata.name} is left, and nothing uses it`,
    );
  }
}

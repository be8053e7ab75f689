/** Runs of the engine as lists of events, from which the reporters' tests draw. Times are ms since the run began. */
import type { Event, ObjectStatus, Phase, PodProblem } from '../../src/engine/run/events.js';
import type { Judgement, Plan, PlannedChange, Rollback } from '../../src/engine/plan/plan.js';
import type { Report } from '../../src/engine/run/report.js';
import { EXIT, type ExitCode } from '../../src/errors.js';
import type { ObjectId } from '../../src/objects/object.js';

export interface RecordedRun {
  readonly events: readonly Event[];
  readonly report: Report;
}

const GROUPS: Readonly<Record<string, string>> = { Deployment: 'apps', StatefulSet: 'apps', Job: 'batch' };

export function id(text: string, namespace = 'shop'): ObjectId {
  const [kind = '', name = ''] = text.split('/');
  return { group: GROUPS[kind] ?? '', kind, namespace, name };
}

export function change(
  text: string,
  action: PlannedChange['action'],
  more: Partial<PlannedChange> = {},
): PlannedChange {
  const object = { apiVersion: 'v1', kind: text.split('/')[0]!, metadata: { name: text.split('/')[1]! } };
  return {
    id: id(text),
    version: 'v1',
    resource: {
      group: '',
      version: 'v1',
      kind: object.kind,
      plural: `${object.kind.toLowerCase()}s`,
      namespaced: true,
      verbs: [],
      subresources: [],
      preferred: true,
    },
    action,
    wave: 3,
    generated: false,
    replaces: undefined,
    validated: true,
    live: undefined,
    desired: object,
    after: object,
    changed: [],
    takesOver: [],
    notes: [],
    ...more,
  };
}

export function deletion(
  text: string,
  reason = 'not used by anything',
  consequences: readonly Rollback[] = [],
): Judgement {
  return {
    id: id(text),
    version: 'v1',
    uid: 'u',
    resourceVersion: '1',
    verdict: 'delete',
    ours: true,
    reason,
    consequences,
  };
}

export function kept(text: string, reason: string): Judgement {
  return {
    id: id(text),
    version: 'v1',
    uid: 'u',
    resourceVersion: '1',
    verdict: 'keep',
    why: 'inUse',
    facts: { user: '', more: 0 },
    reason,
  };
}

export function plan(changes: readonly PlannedChange[], prune: readonly Judgement[] = []): Plan {
  return { changes, prune, confirmations: [], controlled: 0, set: 'shop', pruneLabel: 'app=shop', warnings: [] };
}

/** Where all recorded runs go. */
export const targeted = (): Event => ({ type: 'target', target: report(EXIT.done, 0).target });

export const started = (at: number, phase: Phase, total?: number): Event => ({
  type: 'phaseStarted',
  phase,
  total,
  at,
});
export const finished = (
  at: number,
  phase: Phase,
  outcome: 'done' | 'failed' | 'skipped' = 'done',
  note = '',
): Event => ({ type: 'phaseFinished', phase, outcome, note, at });

export function applied(at: number, { id, replaces, changed, action }: PlannedChange): Event {
  const outcome = (
    { create: 'created', configure: 'configured', recreate: 'recreated', unchanged: 'unchanged' } as const
  )[action];
  return { type: 'applied', id, version: 'v1', outcome, replaces, changed, failure: undefined, at };
}

export function problem(reason: string, message: string, more: Partial<PodProblem> = {}): PodProblem {
  return { pod: 'web-6c9f-x2kq7', container: 'app', reason, message, restarts: 0, doomed: false, ...more };
}

export function status(
  text: string,
  word: ObjectStatus['status'],
  message: string,
  ready?: string,
  problems: readonly PodProblem[] = [],
): ObjectStatus {
  const [have, want] = (ready ?? '').split('/').map(Number);
  const counts = ready === undefined ? {} : { ready: { have: have!, want: want! } };
  const [progress = message] = message.split(': ');
  return { id: id(text), status: word, message, progress, problems, ...counts };
}

export function report(exitCode: ExitCode, ms: number, more: Partial<Report> = {}, error?: string): Report {
  return {
    schemaVersion: 1,
    target: {
      context: 'prod-eu',
      server: 'https://prod-eu.example:6443',
      namespace: 'shop',
      set: 'shop',
      pruneLabel: 'app=shop',
      dryRun: null,
    },
    changes: [],
    rollouts: [],
    prune: [],
    warnings: [],
    summary: {
      result: exitCode === EXIT.done ? 'done' : 'failed',
      exitCode,
      counts: {},
      ms,
      requests: 0,
      ...(error === undefined ? {} : { error: { code: 'RolloutFailed', message: error, suggestions: [] } }),
    },
    ...more,
  };
}

const unchanged = Array.from({ length: 26 }, (_, index) => change(`Service/svc-${index}`, 'unchanged'));

/** The run that product.md shows: a config replaced, a Deployment rolled out, the old config pruned. */
export function successfulRun(): RecordedRun {
  const config = change('ConfigMap/cfg-9h2kf8d2', 'create', { replaces: 'cfg-4fk2m9tt', generated: true });
  const web = change('Deployment/web', 'configure', { changed: ['image', 'cfg'] });
  const old = deletion('ConfigMap/cfg-4fk2m9tt');
  return {
    events: [
      started(0, 'render'),
      { type: 'rendered', objects: 28, generated: 2 },
      finished(100, 'render'),
      targeted(),
      started(100, 'plan'),
      { type: 'planned', plan: plan([config, web, ...unchanged], [old]) },
      finished(500, 'plan'),
      started(500, 'apply', 28),
      ...unchanged.map((service) => applied(550, service)),
      applied(600, config),
      applied(900, web),
      finished(1100, 'apply'),
      started(1100, 'rollout', 1),
      { type: 'status', status: status('Deployment/web', 'InProgress', '0 of 3 pods updated', '3/3'), at: 1200 },
      { type: 'status', status: status('Deployment/web', 'InProgress', '1 of 3 pods updated', '3/3'), at: 20_000 },
      { type: 'status', status: status('Deployment/web', 'InProgress', '2 of 3 pods updated', '3/3'), at: 40_000 },
      {
        type: 'settled',
        status: status('Deployment/web', 'Current', '3 of 3 pods updated', '3/3'),
        ms: 64_000,
        details: undefined,
        at: 65_000,
      },
      finished(73_100, 'rollout'),
      started(73_100, 'prune', 1),
      { type: 'pruned', id: old.id, version: 'v1', outcome: 'deleted', reason: '', at: 73_150 },
      finished(73_200, 'prune'),
    ],
    report: report(EXIT.done, 73_200),
  };
}

/** product.md's failure: an image that does not exist, while another workload has not finished. */
export function failedRun(): RecordedRun {
  const web = change('Deployment/web', 'configure', { changed: ['image'] });
  const db = change('StatefulSet/db', 'configure', { changed: ['cfg'] });
  const api = change('Deployment/api', 'configure', { changed: ['cfg'] });
  const pull = problem('ImagePullBackOff', 'shop/web:9.9.1: not found', { doomed: true });
  const why = 'container app: ImagePullBackOff: shop/web:9.9.1: not found';
  const failed = status('Deployment/web', 'Failed', `0 of 3 pods updated: ${why}`, '0/3', [pull]);
  return {
    events: [
      started(0, 'render'),
      { type: 'rendered', objects: 31, generated: 0 },
      finished(90, 'render'),
      targeted(),
      started(100, 'plan'),
      {
        type: 'planned',
        plan: plan(
          [web, db, api, ...unchanged, change('Service/a', 'unchanged'), change('Service/b', 'unchanged')],
          [deletion('ConfigMap/cfg-4fk2m9tt')],
        ),
      },
      finished(400, 'plan'),
      started(400, 'apply', 31),
      ...unchanged.map((service) => applied(450, service)),
      applied(450, change('Service/a', 'unchanged')),
      applied(450, change('Service/b', 'unchanged')),
      applied(500, web),
      applied(510, db),
      applied(520, api),
      finished(1000, 'apply'),
      started(1000, 'rollout', 3),
      { type: 'status', status: status('Deployment/web', 'InProgress', '0 of 3 pods updated', '0/3'), at: 1100 },
      { type: 'status', status: status('StatefulSet/db', 'InProgress', '1 of 3 pods updated', '1/3'), at: 1150 },
      { type: 'status', status: status('Deployment/api', 'InProgress', '0 of 1 pods updated', '1/1'), at: 1160 },
      {
        type: 'status',
        status: status('Deployment/web', 'InProgress', `0 of 3 pods updated: ${why}`, '0/3', [pull]),
        at: 9000,
      },
      {
        type: 'settled',
        status: status('Deployment/api', 'Current', '1 of 1 pods updated', '1/1'),
        ms: 11_000,
        details: undefined,
        at: 12_000,
      },
      { type: 'status', status: status('StatefulSet/db', 'InProgress', '2 of 3 pods updated', '2/3'), at: 30_000 },
      {
        type: 'settled',
        status: failed,
        ms: 46_000,
        details: {
          newPods: 1,
          problems: [pull],
          events: [{ count: 4, reason: 'Failed', message: 'Failed to pull image "shop/web:9.9.1"', ageMs: 3000 }],
          logs: [],
          logsNote: 'none, the container never started',
          tryCommand: 'kubectl --context prod-eu -n shop describe pod web-6c9f-x2kq7',
        },
        at: 56_000,
      },
      finished(56_900, 'rollout', 'failed', 'Deployment/web'),
      finished(56_900, 'prune', 'skipped', 'the rollout failed'),
    ],
    report: report(EXIT.rolloutFailed, 57_000, {}, 'Deployment/web failed to roll out'),
  };
}

/** Time is over while one workload still waits for a node; nothing has failed. */
export function timedOutRun(): RecordedRun {
  const db = change('StatefulSet/db', 'configure', { changed: ['cfg'] });
  const pending = problem('Unschedulable', '0/3 nodes are available: 3 Insufficient memory.', {
    pod: 'db-2',
    container: undefined,
  });
  const waiting = status(
    'StatefulSet/db',
    'InProgress',
    '2 of 3 pods updated: Unschedulable: 0/3 nodes are available: 3 Insufficient memory.',
    '2/3',
    [pending],
  );
  return {
    events: [
      started(0, 'render'),
      { type: 'rendered', objects: 1, generated: 0 },
      finished(10, 'render'),
      targeted(),
      started(10, 'plan'),
      { type: 'planned', plan: plan([db], [deletion('ConfigMap/cfg-4fk2m9tt')]) },
      finished(100, 'plan'),
      started(100, 'apply', 1),
      applied(150, db),
      finished(200, 'apply'),
      started(200, 'rollout', 1),
      { type: 'status', status: waiting, at: 5000 },
      {
        type: 'settled',
        status: waiting,
        ms: 300_000,
        details: {
          problems: [pending],
          events: [],
          logs: [],
          logsNote: 'none, the pod has no node yet',
          tryCommand: 'kubectl --context prod-eu -n shop describe pod db-2',
        },
        at: 300_200,
      },
      finished(300_200, 'rollout', 'failed', 'not ready in time: StatefulSet/db 2/3'),
      {
        type: 'stopped',
        failure: {
          code: 'RolloutTimedOut',
          message: 'not ready in time: StatefulSet/db 2/3',
          suggestions: ['Deploy again to go on waiting, with a longer --timeout if it needs more.'],
        },
        exitCode: EXIT.timedOut,
        at: 300_200,
      },
    ],
    report: report(EXIT.timedOut, 300_200, {}, 'not ready in time: StatefulSet/db 2/3'),
  };
}

/** The server refuses an object in the dry run: nothing is sent. */
export function refusedRun(): RecordedRun {
  return {
    events: [
      started(0, 'render'),
      { type: 'rendered', objects: 2, generated: 0 },
      finished(10, 'render'),
      targeted(),
      started(10, 'plan', 2),
      finished(100, 'plan', 'failed', '1 of 2 objects refused, nothing was sent: Deployment/web'),
      {
        type: 'applied',
        id: id('Deployment/web'),
        version: 'v1',
        outcome: 'failed',
        replaces: undefined,
        changed: [],
        failure: {
          code: 'FieldManagerConflict',
          message: 'Deployment/web is also managed by others: .spec.replicas by "hpa"',
          suggestions: ['Remove the field from your manifest, and leave it to its owner.', 'Add --force-conflicts.'],
        },
        at: 100,
      },
      {
        type: 'stopped',
        failure: {
          code: 'PlanRefused',
          message: '1 of 2 objects refused, nothing was sent: Deployment/web',
          suggestions: [],
        },
        exitCode: EXIT.refused,
        at: 100,
      },
    ],
    report: report(EXIT.refused, 100, {}, '1 of 2 objects refused, nothing was sent: Deployment/web'),
  };
}

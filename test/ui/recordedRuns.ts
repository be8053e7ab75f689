/** Runs of the engine as lists of events, from which the reporters' tests draw. Times are ms since the run began. */
import { readFileSync } from 'node:fs';
import type { Event, ObjectStatus, Phase, PodProblem } from '../../src/engine/run/events.js';
import type { Change } from '../../src/engine/plan/member.js';
import type { Judgement, Plan, Rollback } from '../../src/engine/plan/plan.js';
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

export function change(text: string, action: Change['action'], more: Partial<Change> = {}): Change {
  const object = { apiVersion: 'v1', kind: text.split('/')[0]!, metadata: { name: text.split('/')[1]! } };
  return {
    member: {
      id: id(text),
      object,
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
      rendered: { object, origin: { file: 'all.yaml' }, generated: false },
      pendingKind: false,
    },
    action,
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
    facts: { user: '', more: 0, roots: [] },
    reason,
  };
}

export function plan(changes: readonly Change[], prune: readonly Judgement[] = []): Plan {
  return {
    stages: [{ members: changes, awaits: {} }],
    prune,
    confirmations: [],
    controlled: 0,
    set: 'shop',
    pruneLabel: 'app=shop',
    warnings: [],
  };
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

export function applied(at: number, { member: { id }, replaces, changed, action }: Change): Event {
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

/** What scripts/recordRuns.ts recorded of the engine. JSON has no `undefined`: such fields are absent. Objects are left out. */
function recorded(name: string): RecordedRun {
  const text = readFileSync(new URL(`../fixtures/runs/${name}.json`, import.meta.url), 'utf8');
  const rendered = { origin: { file: 'all.yaml', line: 1 }, generated: false };
  return JSON.parse(text, (field, value: unknown) =>
    field === 'member' ? { ...(value as object), rendered } : value,
  ) as RecordedRun;
}

/** A config replaced, a Deployment and a StatefulSet rolled out, the old config pruned. */
export const successfulRun = (): RecordedRun => recorded('success');

/** An image that does not exist, beside a workload that becomes ready. */
export const failedRun = (): RecordedRun => recorded('failure');

/** Time is over while one workload never becomes ready; nothing has failed. */
export const timedOutRun = (): RecordedRun => recorded('timeout');

/** The server refuses an object in the dry run: nothing is sent. */
export const refusedRun = (): RecordedRun => recorded('refused');

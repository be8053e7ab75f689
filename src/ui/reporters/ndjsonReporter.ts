/** For machines: everything that happens, one JSON document a line (docs/output.md, "Events"). */
import type { ErrorInfo } from '../../errors.js';
import type { Event, ObjectStatus } from '../../engine/run/events.js';
import { changesOf, type Plan } from '../../engine/plan/plan.js';
import { keyOf, type ObjectId } from '../../objects/object.js';
import type { Reporter } from './reporter.js';

export interface NdjsonReporterOptions {
  readonly write: (line: string) => void;
  /** kapply's own version, for the first line. */
  readonly version: string;
  /** Milliseconds since the epoch: the clock of the events. */
  readonly now: () => number;
}

/** The first line is `version`, the last exactly one `summary`; `seq` has no gaps. Objects are named, never shown. */
export function makeNdjsonReporter({ write, version, now }: NdjsonReporterOptions): Reporter {
  let seq = 0;
  const line = (type: string, at: number, fields: object): void => {
    write(`${JSON.stringify({ seq, type, at: new Date(at).toISOString(), ...fields })}\n`);
    seq += 1;
  };
  line('version', now(), { schemaVersion: 1, version });
  // A status is read of an object whatever its version is called: a line about it says the one that is deployed.
  const versions = new Map<string, string>();
  return {
    emit: (event) => {
      for (const [key, applied] of versionsIn(event)) versions.set(key, applied);
      line(
        event.type,
        'at' in event ? event.at : now(),
        fieldsOf(event, (id) => versions.get(keyOf(id)) ?? ''),
      );
    },
    pause: () => Promise.resolve(),
    finish: ({ schemaVersion, target, warnings, summary }) => {
      line('summary', now(), { schemaVersion, target, warnings, ...summary });
      return Promise.resolve();
    },
  };
}

type VersionOf = (id: ObjectId) => string;

function versionsIn(event: Event): (readonly [key: string, version: string])[] {
  if (event.type === 'applied') return [[keyOf(event.id), event.version]];
  return event.type === 'planned'
    ? changesOf(event.plan).map(({ member: { id, resource } }) => [keyOf(id), resource.version])
    : [];
}

/** Field by field: what an event holds besides, such as whole objects with their Secrets, stays inside. */
function fieldsOf(event: Event, versionOf: VersionOf): object {
  switch (event.type) {
    case 'target':
      return { target: event.target };
    case 'phaseStarted':
      return { phase: event.phase, total: event.total ?? null, ...timeOf('until', event.until) };
    case 'lockAwaited': {
      const { set, holder, heldSince, doing, until } = event;
      return {
        set,
        holder,
        ...timeOf('heldSince', heldSince),
        ...(doing !== undefined && { doing }),
        ...timeOf('until', until),
      };
    }
    case 'deleting':
      return { ...reference(event.id, event.version), message: event.message, ...timeOf('until', event.until) };
    case 'phaseFinished':
      return { phase: event.phase, outcome: event.outcome, note: event.note };
    case 'rendered':
      return { objects: event.objects, generated: event.generated };
    case 'planned':
      return planFields(event.plan);
    case 'applied': {
      const { id, version, outcome, replaces, changed, failure } = event;
      return {
        ...reference(id, version),
        outcome,
        ...(replaces !== undefined && { replaces }),
        changed,
        ...errorOf(failure),
      };
    }
    case 'status':
      return statusFields(event.status, versionOf);
    case 'settled': {
      const { status, ms, details } = event;
      return {
        ...statusFields(status, versionOf),
        ms,
        ...(details !== undefined && { events: details.events, logs: details.logs }),
        ...(details?.tryCommand !== undefined && { try: details.tryCommand }),
        ...(details?.undoCommand !== undefined && { undo: details.undoCommand }),
      };
    }
    case 'pruned':
      return { ...reference(event.id, event.version), outcome: event.outcome, reason: event.reason };
    case 'log':
      return {
        ...reference(event.id, versionOf(event.id)),
        pod: event.pod,
        container: event.container,
        line: event.line,
      };
    case 'warning':
      return { message: event.message };
    case 'recorded':
      return { number: event.number };
    case 'rollingBack':
      return {};
    case 'stopped':
      return { ...errorOf(event.failure), exitCode: event.exitCode };
  }
}

function reference({ group, kind, namespace, name }: ObjectId, version: string): object {
  return { group, version, kind, namespace, name };
}

/** A time as `at` has it, where there is one. */
function timeOf(field: string, ms: number | undefined): object {
  return ms === undefined ? {} : { [field]: new Date(ms).toISOString() };
}

function errorOf(failure: ErrorInfo | undefined): object {
  if (failure === undefined) return {};
  return { error: failure };
}

function planFields(plan: Plan): object {
  const { set, pruneLabel, prune, controlled } = plan;
  return {
    set: set ?? '',
    pruneLabel: pruneLabel ?? null,
    changes: changesOf(plan).map(({ member: { id, resource }, action, replaces, changed, validated }) => ({
      ...reference(id, resource.version),
      action,
      ...(replaces !== undefined && { replaces }),
      changed,
      validated,
    })),
    prune: prune.map(({ id, version, verdict, reason }) => ({ ...reference(id, version), verdict, reason })),
    controlled,
  };
}

function statusFields(
  { id, status, message, ready, serving, problems, failsAt }: ObjectStatus,
  versionOf: VersionOf,
): object {
  return {
    ...reference(id, versionOf(id)),
    status,
    message,
    ...(ready !== undefined && { ready }),
    ...(serving !== undefined && { serving }),
    ...timeOf('failsAt', failsAt),
    ...(problems.length > 0 && { pods: problems }),
  };
}

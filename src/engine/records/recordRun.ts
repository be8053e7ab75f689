/** The record of a run that has ended, from what it deployed. */
import type { Discovery } from '../../cluster/cluster.js';
import { idOf, keyOf } from '../../objects/object.js';
import { holderOf } from '../lock/activity.js';
import { lockNamespace } from '../lock/lockNamespace.js';
import type { Member } from '../plan/member.js';
import { changesAnything, type Plan } from '../plan/plan.js';
import type { DeployOptions, RunContext } from '../run/options.js';
import { recordedObjects, versionOf } from './content.js';
import type { RecordContent, RecordedOptions } from './recorded.js';
import { recordedError, stateOf, type EndedRun } from './endedRun.js';
import { askForRecord, writeRecord, type AskedForRecord } from './writeRecord.js';

/** What an interrupted run does for its record may take so long, ms. */
const LAST_WORDS_MS = 5000;

export interface RecordRunOptions {
  readonly members: readonly Member[];
  readonly discovery: Discovery;
  readonly deploy: DeployOptions;
}

interface Named extends RecordRunOptions {
  readonly set: string;
  /** That of the set's Lease. */
  readonly namespace: string;
  readonly asked: AskedForRecord;
}

/**
 * Asks for what a record needs beside the deploy, which takes longer: the records of before, which nobody else writes while this
 * run holds the lock of the set, and who we are.
 * @returns what writes the record of a deploy of a named set; whatever goes wrong is a warning
 */
export function beginRecord(
  plan: Plan,
  options: RecordRunOptions,
  context: RunContext,
): (ended: EndedRun) => Promise<void> {
  const { members, discovery, deploy } = options;
  const { set, record } = deploy;
  if (set === undefined || record === undefined || record.keep === 0) return () => Promise.resolve();
  const namespace = record.back?.home ?? lockNamespace(members);
  const asked = askForRecord(set, namespace, changesAnything(plan), { ...context, discovery });
  return (ended) => recordRun(ended, { ...options, set, namespace, asked }, context);
}

async function recordRun(
  ended: EndedRun,
  { members, discovery, deploy, set, namespace, asked }: Named,
  { cluster, emit, now, runner, signal }: RunContext,
): Promise<void> {
  const { record } = deploy;
  const state = stateOf(ended);
  if (record === undefined || state === undefined) return;
  const isWhole = state === 'deployed' || state === 'applied';
  const number = await writeRecord(
    {
      set,
      namespace,
      state,
      at: new Date(now()).toISOString(),
      runner: holderOf(runner.identity, undefined).holder,
      commit: record.commit,
      counts: ended.counts,
      backTo: record.back?.number,
      transitions: ended.transitions,
      error: recordedError(ended),
      options: recordedOptions(deploy),
      content: isWhole ? contentOf(ended, members, deploy, cluster.namespace) : undefined,
    },
    {
      cluster,
      discovery,
      emit,
      asked,
      keep: record.keep,
      // What was interrupted is told all the same, if it can be told quickly.
      signal: isWhole && !signal.aborted ? signal : AbortSignal.timeout(LAST_WORDS_MS),
    },
  );
  if (number !== undefined) emit({ type: 'recorded', number, at: now() });
}

function contentOf(
  { applied = [] }: EndedRun,
  members: readonly Member[],
  { namespace, record, readinessRules }: DeployOptions,
  ofContext: string,
): RecordContent {
  const versions = new Map(applied.map((object) => [keyOf(idOf(object)), versionOf(object)]));
  const versionsOf = new Map(members.map(({ rendered, id }) => [rendered.object, versions.get(keyOf(id))]));
  const rendered = record?.back?.rendered ?? members.map((member) => member.rendered);
  return {
    namespace: namespace ?? ofContext,
    objects: recordedObjects(
      rendered,
      record?.maskRules ?? [],
      rendered.map(({ object }) => versionsOf.get(object)),
    ),
    readinessRules,
  };
}

function recordedOptions(options: DeployOptions): RecordedOptions {
  const { pruneLabel, pruneKinds, pruneNamespaces, keep, keepRollback, fieldManager, restartOnChange, own } = options;
  return { pruneLabel, pruneKinds, pruneNamespaces, keep, keepRollback, fieldManager, restartOnChange, own };
}

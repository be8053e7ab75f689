/** What failed for the same cause is told once: twenty Deployments with one image that is not there. */
import type { ErrorInfo } from '../../errors.js';
import type { FailureDetails, ObjectStatus, PodProblem } from '../../engine/run/events.js';
import { groupBy } from '../../objects/groupBy.js';
import { formatId, keyOf, type ObjectId } from '../../objects/object.js';
import { failures, inPlanOrder, unfinished } from './askedOfView.js';
import type { RunView, SettledView } from './runView.js';

/** One or more things of the same cause; the first stands for all. */
export type Group<T> = readonly [T, ...T[]];

export interface Refused {
  readonly id: ObjectId;
  readonly failure: ErrorInfo;
}

/** What the server refused, in the order of the plan. */
export function refusedGroups(view: RunView): Group<Refused>[] {
  const refused = [...view.applied.values()].flatMap(({ id, failure }) =>
    failure === undefined ? [] : [{ id, failure }],
  );
  return groupBy(
    inPlanOrder(view, refused, ({ id }) => id),
    ({ id, failure }) => JSON.stringify([failure.code, withoutName(failure.message, id), failure.suggestions]),
  );
}

/** What failed to roll out or was not ready in time, in the order of the plan. */
export function failedGroups(view: RunView): Group<SettledView>[] {
  return groupBy(
    inPlanOrder(view, failures(view), ({ status }) => status.id),
    ({ status, details }) => causeKey(status, details),
  );
}

/**
 * What is merely not ready yet beside a failure, and has a known trouble. Each group comes with the failed group of the same
 * trouble, where there is one: it would have failed as well, a moment later.
 */
export function slowGroups(
  view: RunView,
  failed: readonly Group<SettledView>[],
): { readonly group: Group<ObjectStatus>; readonly like: Group<SettledView> | undefined }[] {
  const slow = unfinished(view).filter(({ id, problems }) => problems.length > 0 && !view.settled.has(keyOf(id)));
  const byTrouble = new Map(
    failed.map((group) => [troubleOf(group[0].details?.problems ?? group[0].status.problems), group]),
  );
  return groupBy(slow, ({ problems }) => troubleOf(problems)).map((group) => ({
    group,
    like: byTrouble.get(troubleOf(group[0].problems)),
  }));
}

/**
 * Two failures are one cause when the reasons, the messages and the state are the same, and the last that was logged is,
 * whatever the objects and the pods are called, and whatever numbers a log line holds: times, ports, process ids.
 */
function causeKey({ id, status, message, problems: last }: ObjectStatus, details: FailureDetails | undefined): string {
  const problems = details?.problems ?? last;
  const said = withoutName(details?.logs.at(-1) ?? '', id).replace(/\d+/g, '0');
  if (problems.length === 0) return JSON.stringify([status, id.kind, withoutName(message, id), said]);
  return JSON.stringify([status, troubleOf(problems), said]);
}

/** A kubelet that pulls an image in vain says so in two words by turns (pkg/kubelet/images): the answer, and that it waits. */
export function reasonOf({ reason }: PodProblem): string {
  return reason === 'ErrImagePull' ? 'ImagePullBackOff' : reason;
}

/** While it waits it quotes the answer: `Back-off pulling image "web:1": ErrImagePull: not found`. */
const PULL_WORDS = /^(?:Back-off pulling image "[^"]*": ErrImagePull: )?(?:Failed to pull image "[^"]*": )?/;

/** Reasons and messages, whatever the pods are called. */
function troubleOf(problems: readonly PodProblem[]): string {
  const causes = problems.map((problem) => {
    const { message, pod } = problem;
    const why = message.replace(PULL_WORDS, '');
    return `${reasonOf(problem)}: ${pod === '' ? why : why.replaceAll(pod, '')}`;
  });
  return JSON.stringify([...new Set(causes)].sort());
}

/** The name as a word of its own: one called `a` stands in every text. */
function withoutName(message: string, id: ObjectId): string {
  const name = id.name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return message
    .replaceAll(formatId(id, true), '')
    .replaceAll(formatId(id), '')
    .replace(new RegExp(`(?<![\\w.-])${name}(?![\\w-])`, 'g'), '');
}

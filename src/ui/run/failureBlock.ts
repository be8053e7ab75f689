/** Why something failed, and what happened to the rest: the cause first, never only the condition. */
import { countOf } from '../../objects/countOf.js';
import type { FailureDetails, ObjectStatus, PodProblem } from '../../engine/run/events.js';
import { changesOf } from '../../engine/plan/plan.js';
import type { Report } from '../../engine/run/report.js';
import { EXIT, formatPosition, type ErrorInfo } from '../../errors.js';
import { formatId, keyOf, type ObjectId } from '../../objects/object.js';
import { wrapTo } from '../columns.js';
import { formatAge, formatDuration } from '../duration.js';
import { failedGroups, reasonOf, refusedGroups, slowGroups } from './failureGroups.js';
import { progressText } from './progressText.js';
import { isAcrossNamespaces, isTimedOut, rolloutCounts, unfinished } from './askedOfView.js';
import type { RunView } from './runView.js';
import type { Style } from '../style.js';
import { cleanLine, cleanLines } from '../untrusted.js';

const LABEL_WIDTH = 8;
const MOST_LOG_LINES = 10;
const MOST_EVENTS = 3;
const NOTHING_PRUNED = 'Nothing was pruned';

/**
 * Every object that the server refused or whose rollout failed, each with its block; then one line for the rest. Wrapped to `width`,
 * but for what is copied from it: commands and lines of logs.
 */
export function failureBlocks(view: RunView, style: Style, width?: number): string[] {
  const namespaced = isAcrossNamespaces(view);
  const also = (ids: readonly ObjectId[]): string[] => likewise(ids, namespaced, style, width);
  const refused = refusedGroups(view).flatMap(([first, ...others]) => [
    ...refusalBlock(first.failure, style).map((line) => wrapTo(line, width)),
    ...also(others.map(({ id }) => id)),
  ]);
  const groups = failedGroups(view);
  // Beside a failure, what is merely slow is counted in the remainder, unless something is wrong with it.
  const slow = slowGroups(view, groups);
  const failed = groups.flatMap((group) => {
    const [{ status, ms, details }, ...others] = group;
    const word = isTimedOut(view, status) ? 'TIMED OUT' : 'FAILED';
    const alike = slow.flatMap((one) => (one.like === group ? one.group : []));
    return [
      wrapTo(
        `${style.bad('✖')} ${formatId(status.id, namespaced)}   ${style.bad(word)} after ${formatAge(ms)}: ${progressText(view, status)}`,
        width,
      ),
      ...explanation(status, details, style, width),
      ...also([...others.map((other) => other.status.id), ...alike.map(({ id }) => id)]),
    ];
  });
  const waiting = slow
    .filter(({ like }) => like === undefined)
    .flatMap(({ group: [status, ...others] }) => [
      wrapTo(
        `${style.warn('◌')} ${formatId(status.id, namespaced)}   ${style.warn('not ready')}: ${progressText(view, status)}`,
        width,
      ),
      ...explanation(status, undefined, style, width),
      ...also(others.map(({ id }) => id)),
    ]);
  return [...refused, ...failed, ...waiting];
}

/**
 * Where there are several causes, the first of them once more: twelve blocks are longer than a screen, of which people read the end.
 * It has no room for all that is said of it, which stands above.
 */
export function firstCause(view: RunView): string[] {
  const [first, second] = failedGroups(view);
  if (first === undefined || second === undefined) return [];
  const [{ status, details }] = first;
  const [cause = progressText(view, status), why = ''] = causesOf(
    details?.problems ?? status.problems,
    details?.newPods,
  );
  const told = why === '' ? cause : `${cause}: ${why}`;
  return [`  first: ${formatId(status.id, isAcrossNamespaces(view))}: ${told}`];
}

const MOST_NAMES = 5;

/** `    Also    Deployment/api, Deployment/worker and 12 more` */
function likewise(ids: readonly ObjectId[], namespaced: boolean, style: Style, width?: number): string[] {
  if (ids.length === 0) return [];
  const names = ids.slice(0, MOST_NAMES).map((id) => formatId(id, namespaced));
  const more = ids.length > MOST_NAMES ? ` and ${ids.length - MOST_NAMES} more` : '';
  return labelled('Also', [`${names.join(', ')}${more}`], style, width);
}

/** `✖ refused: Deployment/web: spec.replicas is also managed by "hpa"`, and what to do. The message names the object. */
export function refusalBlock(failure: ErrorInfo, style: Style): string[] {
  const [first = failure.code, ...more] = cleanLines(failure.message);
  return [
    `${style.bad('✖')} ${style.bad('refused')}: ${first}`,
    ...more.map((line) => `    ${line}`),
    ...failure.suggestions.map((suggestion) => `    try: ${cleanLine(suggestion)}`),
  ];
}

function explanation(
  status: ObjectStatus,
  details: FailureDetails | undefined,
  style: Style,
  width: number | undefined,
): string[] {
  const problems = details?.problems ?? status.problems;
  const known = causesOf(problems, details?.newPods);
  // Where no pod says why, the controller may: that it made no progress in time, that it has not seen the change.
  const causes = known.length > 0 || status.serving === undefined ? known : cleanLines(status.progress ?? '');
  if (details === undefined) return labelled('Cause', causes, style, width);
  const events = details.events
    .slice(0, MOST_EVENTS)
    .map(({ count, reason, message, ageMs }) =>
      cleanLine(`${count > 1 ? `${count}x ` : ''}${reason}, ${formatAge(ageMs)} ago: ${message}`),
    );
  const logs = details.logs.slice(-MOST_LOG_LINES).map((line) => `| ${cleanLine(line)}`);
  const note = details.logsNote === undefined ? [] : [cleanLine(details.logsNote)];
  return [
    ...labelled('Cause', causes, style, width),
    ...labelled('Events', events, style, width),
    ...(logs.length > 0 ? labelled('Logs', logs, style) : labelled('Logs', note, style, width)),
    ...labelled('Try', details.tryCommand === undefined ? [] : [cleanLine(details.tryCommand)], style),
    ...labelled('Undo', details.undoCommand === undefined ? [] : [cleanLine(details.undoCommand)], style),
  ];
}

/** Pods with the same trouble are one cause: `2 of 3 new pods, container app: ImagePullBackOff`. */
function causesOf(problems: readonly PodProblem[], newPods: number | undefined): string[] {
  const groups = new Map<string, { problem: PodProblem; pods: Set<string> }>();
  // That a pod failed says less than why one of its containers did.
  const explained = new Set(problems.flatMap(({ pod, container }) => (container === undefined ? [] : [pod])));
  const telling = problems.filter(
    ({ pod, container, message }) => container !== undefined || message !== '' || !explained.has(pod),
  );
  for (const problem of telling) {
    const key = JSON.stringify([problem.container, reasonOf(problem)]);
    const group = groups.get(key) ?? { problem, pods: new Set<string>() };
    group.pods.add(problem.pod);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap(({ problem, pods }) => {
    const count = newPods === undefined ? countOf(pods.size, 'pod') : `${pods.size} of ${newPods} new pods`;
    const where = problem.container === undefined ? '' : `, container ${problem.container}`;
    const restarts = problem.restarts > 0 ? `, ${countOf(problem.restarts, 'restart')}` : '';
    return [cleanLine(`${count}${where}: ${problem.reason}${restarts}`), ...cleanLines(problem.message)];
  });
}

function labelled(label: string, lines: readonly string[], style: Style, width?: number): string[] {
  return lines.map((line, index) =>
    wrapTo(`    ${style.strong((index === 0 ? label : '').padEnd(LABEL_WIDTH))}${line}`, width, 4 + LABEL_WIDTH),
  );
}

/** `31/31 applied, 1/3 ready, 1 failed, 1 not finished (StatefulSet/db 2/3)`, and why nothing was pruned. */
export function remainder(view: RunView): string[] {
  const namespaced = isAcrossNamespaces(view);
  const outcomes = [...view.applied.values()].map(({ outcome }) => outcome);
  const total = changesOf(view.plan).length;
  if (outcomes.length === 0 || total === 0) return [];
  const applied = outcomes.filter((outcome) => outcome !== 'failed' && outcome !== 'skipped').length;
  const { ready, failed, total: rollouts } = rolloutCounts(view);
  const open = unfinished(view);
  const names = open.slice(0, 3).map(({ id, ready: pods }) => {
    const name = formatId(id, namespaced);
    return pods === undefined ? name : `${name} ${pods.have}/${pods.want}`;
  });
  const parts = [
    `${applied}/${total} applied`,
    ...(rollouts > 0 ? [`${ready}/${rollouts} ready`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(open.length > 0
      ? [`${open.length} not finished (${[...names, ...(open.length > 3 ? ['…'] : [])].join(', ')})`]
      : []),
  ];
  const sent = outcomes.some((outcome) => ['created', 'configured', 'recreated'].includes(outcome));
  const kept = view.phases.get('prune') === undefined && view.pruned.size === 0;
  // An earlier run of a Job serves nobody.
  const stale = view.plan?.prune.some((one) => one.verdict === 'delete' && one.replacedBy === undefined) === true;
  return [
    `  ${parts.join(', ')}`,
    ...(kept && sent && stale ? [`  ${NOTHING_PRUNED}: the old ConfigMaps and Secrets still serve old pods.`] : []),
    ...leftOver(view),
  ];
}

/** A prune that ended before it was through: what was not asked for yet is found again, and what was asked for goes on. */
function leftOver(view: RunView): string[] {
  if (view.phases.get('prune')?.state !== 'failed' || view.stopped === undefined) return [];
  const open = (view.plan?.prune ?? []).filter(
    ({ id, verdict }) => verdict === 'delete' && !view.pruned.has(keyOf(id)) && !view.deleting.has(keyOf(id)),
  );
  return open.length === 0
    ? []
    : [`  ${countOf(open.length, 'stale object')} not deleted: the next run finds them again.`];
}

/** What became of --rollback-on-failure: why stands in a warning. */
const ROLLBACK_WORDS: Readonly<Record<NonNullable<Report['rollback']>['result'], string>> = {
  rolledBack: ' Rolled back.',
  failed: ' The rollback failed as well.',
  notRolledBack: ' Not rolled back.',
};

/** `error: deploy failed in 57s: Deployment/web failed to roll out (exit 3)`, below `rest`: nothing of it is said twice. */
export function closingLine(
  report: Pick<Report, 'summary' | 'rollback'>,
  { phases, rest }: Pick<RunView, 'phases'> & { readonly rest: readonly string[] },
  verb: string,
  style: Style,
): string {
  const { exitCode, ms, error } = report.summary;
  if (error?.code === 'Declined')
    return `${verb} declined after ${formatDuration(ms)}: nothing was sent (exit ${exitCode})`;
  const interrupted = exitCode === EXIT.interrupted || exitCode === EXIT.terminated;
  const [told = report.summary.result] = cleanLines(error?.message ?? '');
  // By which signal stands where that it was interrupted is said, once.
  const [, by = '', after = told] = (interrupted && /^interrupted( by \w+)(?:; )?(.*)$/.exec(told)) || [];
  const how = interrupted
    ? `was interrupted${by} after`
    : exitCode === EXIT.timedOut
      ? 'timed out after'
      : exitCode === EXIT.pruneIncomplete
        ? 'finished, but pruning is incomplete, in'
        : 'failed in';
  // Whoever pressed Ctrl-C wants to know whether it was soon enough.
  const sent = (['apply', 'rollout', 'prune'] as const).some((phase) => phases.has(phase));
  const soon = interrupted && !sent ? ', before anything was sent' : '';
  const isSaid = rest.some((line) => line.includes(NOTHING_PRUNED));
  const why = isSaid ? after.replace(` ${NOTHING_PRUNED}.`, '') : after;
  const where = error?.position === undefined ? '' : `${formatPosition(error.position)}: `;
  const back = report.rollback === undefined ? '' : ROLLBACK_WORDS[report.rollback.result];
  // One sentence ends with the exit code; several keep their full stops.
  const what = `${why === '' ? '' : `: ${where}${why}`}${back}`.replace(/^([^.]|\.(?! ))*\.$/, (one) =>
    one.slice(0, -1),
  );
  return `${style.bad('error:')} ${verb} ${how} ${formatDuration(ms)}${soon}${what} (exit ${exitCode})`;
}

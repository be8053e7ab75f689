/** For GitHub Actions, besides the text: an annotation for each failure, and a table in the job's summary. */
import type { Report } from '../../engine/run/report.js';
import { changesOf } from '../../engine/plan/plan.js';
import { EXIT } from '../../errors.js';
import { formatId, keyOf, type ObjectId } from '../../objects/object.js';
import { failedGroups, refusedGroups } from '../run/failureGroups.js';
import { annotationLines, type Annotation, type PathInRepository } from './githubAnnotations.js';
import { githubSummary, MOST_SUMMARY_BYTES } from './githubSummary.js';
import { statusLine } from '../run/progressText.js';
import { forPeople, type Reporter } from '../reporters/reporter.js';
import { cleanLine } from '../untrusted.js';
import { emptyRunView, type RunView } from '../run/runView.js';
import { foldEvent } from '../run/foldEvent.js';
import { isAcrossNamespaces, isTimedOut } from '../run/askedOfView.js';

/** GitHub shows little of an annotation before it is unfolded. */
const MOST_LOG_LINES = 3;

export interface GithubReporterOptions {
  /** Where the runner reads workflow commands from: the step's output. */
  readonly write: (text: string) => void;
  /** Appends to the file that GITHUB_STEP_SUMMARY names; undefined where it names none. */
  readonly appendSummary: ((markdown: string) => void) | undefined;
  /** How many bytes the summary may have yet: earlier runs of the step wrote to it. */
  readonly summaryRoom?: () => number;
  readonly verb: string;
  readonly pathOf?: PathInRepository;
}

/** Annotations and a summary table for GitHub Actions. */
export function makeGithubReporter({
  write,
  appendSummary,
  summaryRoom = () => MOST_SUMMARY_BYTES,
  verb,
  pathOf = () => undefined,
}: GithubReporterOptions): Reporter {
  const view = emptyRunView();
  // Of the deploy that is rolled back: what comes up again afterwards is no answer to why it failed.
  let before: readonly Annotation[] = [];
  return forPeople({
    emit: (event) => {
      if (event.type === 'rollingBack') before = failuresOf(view);
      foldEvent(view, event);
    },
    pause: () => Promise.resolve(),
    finish: (report) => {
      const annotations = annotationsOf([...before, ...failuresOf(view)], report, verb);
      if (annotations.length > 0) write(annotationLines(annotations, pathOf));
      appendSummary?.(githubSummary(view, report, { verb, failures: annotations, room: summaryRoom() }));
      return Promise.resolve();
    },
  });
}

function annotationsOf(failures: readonly Annotation[], { summary }: Report, verb: string): readonly Annotation[] {
  if (failures.length > 0 || summary.exitCode === EXIT.done) return failures;
  return [
    { title: `kapply ${verb}`, message: summary.error?.message ?? summary.result, position: summary.error?.position },
  ];
}

/** One for each cause: what was refused, what did not roll out, what could not be deleted. */
function failuresOf(view: RunView): Annotation[] {
  const namespaced = isAcrossNamespaces(view);
  // GitHub shows ten annotations: those of one cause share one.
  const titled = (ids: readonly [ObjectId, ...ObjectId[]], words: string): string => {
    const more = ids.length > 1 ? ` and ${ids.length - 1} more` : '';
    return `${formatId(ids[0], namespaced)}${more} ${words}`;
  };
  const origins = new Map(changesOf(view.plan).map(({ member: { id, rendered } }) => [keyOf(id), rendered.origin]));
  const refused = refusedGroups(view).map(([first, ...others]) => ({
    title: titled([first.id, ...others.map(({ id }) => id)], 'refused'),
    message: [first.failure.message, ...first.failure.suggestions].join('\n'),
    position: first.failure.position ?? origins.get(keyOf(first.id)),
  }));
  const failed = failedGroups(view).map(([{ status, details }, ...others]) => {
    const words = isTimedOut(view, status) ? 'not ready in time' : 'failed to roll out';
    const ids = others.map((other) => other.status.id);
    const commands = [details?.tryCommand, details?.undoCommand].filter((command) => command !== undefined);
    // What a Job's container said last is why it failed: its exit code tells nothing.
    const logs = (details?.logs ?? []).slice(-MOST_LOG_LINES).map((line) => `| ${cleanLine(line)}`);
    const message = [statusLine(view, status), ...logs, ...commands].join('\n');
    return { title: titled([status.id, ...ids], words), message, position: origins.get(keyOf(status.id)) };
  });
  const unpruned = [...view.pruned.values()].flatMap(({ id, outcome, reason }) =>
    outcome === 'failed' ? [{ title: `${formatId(id, namespaced)} not deleted`, message: reason }] : [],
  );
  return [...refused, ...failed, ...unpruned];
}

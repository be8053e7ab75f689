/** What the program is called by whoever started it: kubectl finds its plugins as kubectl-NAME, and they may be nowhere as NAME. */
import type { ErrorInfo } from '../errors.js';
import { mapTexts } from '../objects/mapTexts.js';

export type ProgramName = 'kapply' | 'kubectl kapply';

/** @param script the path of the program, as the process was started with it (a link stays a link) */
export function programName(script = ''): ProgramName {
  return /(?:^|[/\\])kubectl-kapply[^/\\]*$/.test(script) ? 'kubectl kapply' : 'kapply';
}

/** A command of kapply's in a sentence of its own. */
const OWN_COMMAND =
  /(?<!kubectl )\bkapply (?=(?:completion|delete|deploy|diff|help|history|plan|prune|render|rollback|sandbox|schedule|status|uses)\b|--)/g;

/** A command of ours that asks a cluster, as it is proposed to be copied: with its flags behind it. */
const PROPOSED = /\bkapply (?:history|status|uses|plan|rollback)(?= -)/g;

/** A command of kubectl's that asks a cluster or a kubeconfig. What is made with its flags already has them behind `kubectl`. */
const KUBECTL = /\bkubectl (?=(?:api-resources|auth|config|describe|explain|get)\b)/g;

/** How this user calls the program, and which cluster and namespace somebody asked for. */
export interface Calling {
  readonly program: ProgramName;
  /** Flags for a shell, '' where there were none: `-n shop --context prod-eu`. */
  readonly whereWords: string;
}

/** What an error proposes, with kapply's commands as this user can type them: of the program, and against the same cluster. */
export function asCalled(error: ErrorInfo, calling: Calling): ErrorInfo {
  if (isPlain(calling)) return error;
  const suggestions = error.suggestions.map((text) => called(placedKubectl(text, calling), calling));
  return { ...error, suggestions };
}

/** Commands stand in messages as they are called then. */
function isPlain({ program, whereWords }: Calling): boolean {
  return program === 'kapply' && whereWords === '';
}

/** What is proposed to be copied: kubectl is to ask the same cluster as well. It knows nothing of a sandbox in this process. */
function placedKubectl(text: string, { whereWords }: Calling): string {
  const isKubectls = whereWords !== '' && !/(?:^| )--sandbox\b/.test(whereWords);
  return isKubectls ? text.replace(KUBECTL, () => `kubectl ${whereWords} `) : text;
}

function called(text: string, { program, whereWords }: Calling): string {
  const placed = whereWords === '' ? text : text.replace(PROPOSED, (command) => `${command} ${whereWords}`);
  return placed.replace(OWN_COMMAND, `${program} `);
}

/** What an event, a report or a reading says of why something is as it is, and proposes: with kapply's commands as this user can type them. */
export function reasonsAsCalled<T>(value: T, calling: Calling): T {
  if (isPlain(calling)) return value;
  const isForeign = (field: string, item: unknown): boolean => {
    if (typeof item === 'string') return field !== 'reason';
    // Lines of logs, paths and names are as they are.
    return Array.isArray(item) && item.some((one) => typeof one === 'string') && field !== 'suggestions';
  };
  const shown = (text: string, field: string | undefined): string =>
    called(field === 'reason' ? text : placedKubectl(text, calling), calling);
  return mapTexts(value, shown, isForeign);
}

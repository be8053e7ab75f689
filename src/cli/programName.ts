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

/** What an error proposes, with kapply's commands as this user can type them. */
export function asCalled(error: ErrorInfo, program: ProgramName): ErrorInfo {
  if (program === 'kapply') return error;
  const suggestions = error.suggestions.map((text) => text.replace(OWN_COMMAND, `${program} `));
  return { ...error, suggestions };
}

/** What an event, a report or a reading says of why something is as it is, and proposes: with kapply's commands as this user can type them. */
export function reasonsAsCalled<T>(value: T, program: ProgramName): T {
  if (program === 'kapply') return value;
  const isForeign = (field: string, item: unknown): boolean => {
    if (typeof item === 'string') return field !== 'reason';
    // Lines of logs, paths and names are as they are.
    return Array.isArray(item) && item.some((one) => typeof one === 'string') && field !== 'suggestions';
  };
  return mapTexts(value, (text) => text.replace(OWN_COMMAND, `${program} `), isForeign);
}

/** What the program is called by whoever started it: kubectl finds its plugins as kubectl-NAME, and they may be nowhere as NAME. */
import type { ErrorInfo } from '../errors.js';

export type ProgramName = 'kapply' | 'kubectl kapply';

/** @param script the path of the program, as the process was started with it (a link stays a link) */
export function programName(script = ''): ProgramName {
  return /(?:^|[/\\])kubectl-kapply[^/\\]*$/.test(script) ? 'kubectl kapply' : 'kapply';
}

/** A command of kapply's in a sentence of its own. */
const OWN_COMMAND =
  /(?<!kubectl )\bkapply (?=(?:completion|delete|deploy|diff|help|history|prune|render|sandbox|schedule|status|uses)\b|--)/g;

/** What an error proposes, with kapply's commands as this user can type them. */
export function asCalled(error: ErrorInfo, program: ProgramName): ErrorInfo {
  if (program === 'kapply') return error;
  const suggestions = error.suggestions.map((text) => text.replace(OWN_COMMAND, `${program} `));
  return { ...error, suggestions };
}

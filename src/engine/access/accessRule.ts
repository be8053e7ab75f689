/** One thing that a command needs to be allowed, why, and what it does without. */
import type { RightVerb } from '../../cluster/right.js';

/**
 * What a command does where a right of the rule is missing. `ends`: with an error, exit 5. `incomplete`: all that it can,
 * and exit 6. `keeps`: candidates stay, as unknown. `warns`: it goes on, and says what it does not know. `guesses`: it goes
 * on as kubectl would.
 */
export type Without = 'ends' | 'incomplete' | 'keeps' | 'warns' | 'guesses';

export interface AccessRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly RightVerb[];
  readonly why: string;
  readonly without: Without;
}

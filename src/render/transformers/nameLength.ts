/** Names that are put into every object. */
import { inputError } from '../../errors.js';

/** Kubernetes takes 253 characters at most. Longer ones would make a copy of themselves in each object and each place. */
const MOST_CHARACTERS = 4096;

/** Throws KapplyError `InvalidName`; `what` is the field, for the message. */
export function refuseLongName(what: string, ...names: readonly (string | undefined)[]): void {
  const long = names.find((name) => name !== undefined && name.length > MOST_CHARACTERS);
  if (long === undefined) return;
  throw inputError(
    'InvalidName',
    `${what} has ${long.length} characters, and no name has more than ${MOST_CHARACTERS}`,
  );
}

/** Whoever may not look must not be told that there is nothing: docs/output.md, "Exit codes". */
import { EXIT, KapplyError } from '../../errors.js';
import { shellCommand } from '../../objects/shellCommand.js';
import type { Unlisted } from './candidates.js';

/** @throws KapplyError `NothingListed` (exit 5) where not one list was answered: then nothing is known at all */
export function refuseBlind({
  unlisted,
  answered,
}: {
  readonly unlisted: readonly Unlisted[];
  readonly answered: boolean;
}): void {
  if (answered || unlisted.length === 0) return;
  throw new KapplyError('NothingListed', `nothing could be listed: ${placesOf(unlisted)}`, EXIT.refused, {
    suggestions: questionsOf(unlisted),
  });
}

/** @throws KapplyError `NotAllListed` (exit 6) where something could not be listed, once all else is done */
export function refusePartlyBlind(unlisted: readonly Unlisted[]): void {
  if (unlisted.length === 0) return;
  throw new KapplyError('NotAllListed', `not everything could be listed: ${placesOf(unlisted)}`, EXIT.pruneIncomplete, {
    suggestions: questionsOf(unlisted),
  });
}

function placesOf(unlisted: readonly Unlisted[]): string {
  const places = unlisted.map(
    ({ resource, namespace }) => `${fullName(resource)} in ${namespace === '' ? 'all namespaces' : namespace}`,
  );
  return [...new Set(places)].join(', ');
}

/** What tells whether it is a matter of permissions. */
function questionsOf(unlisted: readonly Unlisted[]): string[] {
  const questions = unlisted.map(({ resource, namespace }) => {
    const where = namespace === '' ? ['--all-namespaces'] : ['-n', namespace];
    return `Is it allowed? ${shellCommand(['kubectl', 'auth', 'can-i', 'list', fullName(resource), ...where])}`;
  });
  return [...new Set(questions)].slice(0, 3);
}

function fullName({ plural, group }: Unlisted['resource']): string {
  return group === '' ? plural : `${plural}.${group}`;
}

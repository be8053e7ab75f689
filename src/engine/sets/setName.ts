/** Which names a set can have: docs/sets.md. */
import { inputError } from '../../errors.js';

/**
 * A name stands in a label of the set's Lease, and as the last part of an annotation's key on the configs that several
 * sets share: it has what Kubernetes allows in both (apimachinery validation, IsValidLabelValue, IsQualifiedName).
 */
const LONGEST_NAME = 63;
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;

/** @throws KapplyError (exit 2): `InvalidSetName`, or `UsageError` for a former name without a new one */
export function checkSetNames({
  set,
  formerSet,
}: {
  readonly set: string | undefined;
  readonly formerSet: string | undefined;
}): void {
  if (set !== undefined) checkSetName(set, '--set');
  if (formerSet === undefined) return;
  checkSetName(formerSet, '--renamed-from');
  if (set !== undefined && set !== formerSet) return;
  throw inputError(
    'UsageError',
    set === undefined
      ? '--renamed-from needs the new name: metadata.name in kustomization.yaml, or --set'
      : `--renamed-from ${formerSet} is the name that the set has`,
  );
}

/** The names under which a run owns objects: its set's, and the former one of a set that was renamed. */
export function setsOf({
  set,
  formerSet,
}: {
  readonly set: string | undefined;
  readonly formerSet: string | undefined;
}): string[] {
  return [set, formerSet].flatMap((name) => (name === undefined ? [] : [name]));
}

/**
 * The name, as it was given.
 * @param source where it comes from, in words: `--set`
 * @throws KapplyError `InvalidSetName` (exit 2) for a name that no Lease or annotation can have
 */
export function checkSetName(name: string, source: string): string {
  if (name.length <= LONGEST_NAME && NAME.test(name)) return name;
  const what = name === '' ? 'is empty' : `"${name}" is no name that Kubernetes could keep`;
  throw inputError('InvalidSetName', `${source}: the name of a set ${what}`, {
    suggestions: [
      `Use letters, digits, "-", "_" and ".", with a letter or a digit at both ends, at most ${LONGEST_NAME} characters: shop-prod.`,
    ],
  });
}

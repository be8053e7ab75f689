/** The values of `--ignore-unlisted`: kinds that need not be readable for it to be known what is in use. */
import { inputError } from '../../errors.js';

/**
 * `GROUP/KIND` as it is compared: a kind alone is one of the core group.
 * @throws KapplyError `InvalidFlag` (exit 2) for anything else
 */
export function ignoredKey(value: string): string {
  const match = /^(?:(?<group>[a-z0-9][a-z0-9.-]*)?\/)?(?<kind>[A-Z][A-Za-z0-9]*)$/.exec(value);
  if (match?.groups?.kind === undefined) {
    throw inputError('InvalidFlag', `--ignore-unlisted ${value}: not of the form GROUP/KIND`, {
      suggestions: ['Write it as in cert-manager.io/Certificate; kubectl api-resources lists groups and kinds.'],
    });
  }
  return `${match.groups.group ?? ''}/${match.groups.kind}`;
}

/**
 * The values, each checked: before anything is sent.
 * @throws KapplyError `InvalidFlag` (exit 2)
 */
export function ignoredKinds(values: readonly string[] | undefined): readonly string[] {
  return (values ?? []).map(ignoredKey);
}

import { inputError } from '../../errors.js';
import type { MaskRule } from '../../objects/secretTexts.js';
import { goRegExp, loadPatterns } from '../../objects/regexp/goRegexp.js';

/** Longer ones are no rule that somebody wrote. */
const MOST_CHARACTERS = 500;

/**
 * The rules of `--mask`, as Go writes regular expressions: the file that sets them may be somebody else's, and Go's take
 * linear time.
 * @throws KapplyError `InvalidMask` (exit 2)
 */
export async function parseMasks(patterns: readonly string[]): Promise<MaskRule[]> {
  await loadPatterns(patterns);
  return patterns.map((pattern) => {
    const rule = pattern === '' || pattern.length > MOST_CHARACTERS ? undefined : goRegExp(pattern);
    if (rule !== undefined) return rule;
    throw inputError('InvalidMask', `--mask=${pattern.slice(0, 60)}: not a regular expression`, {
      suggestions: ['It is matched against Kind/name:path, as in ConfigMap/.*:data\\.token$'],
    });
  });
}

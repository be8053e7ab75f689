/** The step of `replacements`: reads those that stand in files, and loads what carries them out. */
import { inputError } from '../../errors.js';
import { type Target, loadText, shownFile } from '../build/build.js';
import type { Replacement, ReplacementField, Selector } from '../kustomization/kustomization.js';
import type { Transformer } from '../transformers/transformer.js';
import { readReplacementFile } from './replacementFile.js';

/**
 * `file` is the one that the entries stand in, for messages. What carries them out brings a whole YAML library with it, for texts
 * within texts: it is loaded for the kustomizations that have replacements.
 */
export async function makeReplacements(
  entries: readonly ReplacementField[],
  target: Target,
  file: string,
  unmatched?: (select: Selector) => void,
): Promise<Transformer> {
  const replacements = await readReplacements(entries, target);
  const { applyReplacements, loadReplacements } = await import('./replace.js');
  await loadReplacements(replacements);
  return (map) => applyReplacements(map, replacements, { file, budget: target.build.budget, unmatched });
}

async function readReplacements(entries: readonly ReplacementField[], target: Target): Promise<Replacement[]> {
  const replacements: Replacement[] = [];
  for (const { path, ...own } of entries) {
    if (!path) {
      replacements.push(own);
    } else if (own.source !== undefined || (own.targets ?? []).length > 0) {
      throw inputError('InvalidReplacement', `a replacement has both path (${path}) and fields of its own`, {
        position: { file: target.file },
        suggestions: ['Keep one of the two.'],
      });
    } else replacements.push(...readReplacementFile(await loadText(target, path), shownFile(target, path)));
  }
  return replacements;
}

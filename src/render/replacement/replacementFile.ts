/** A file of replacements: one of them, or a list. */
import { inputError } from '../../errors.js';
import { decode } from '../kustomization/decode.js';
import type { Replacement } from '../kustomization/kustomization.js';
import { replacement as shape } from '../kustomization/shapes.js';
import { positionOf } from '../yaml/position.js';
import { readYaml } from '../yaml/read.js';

/** Throws KapplyError `InvalidReplacement` or `InvalidField`. */
export function readReplacementFile(text: string, file: string): Replacement[] {
  const value = readYaml(text, { file, dialect: 'kustomization' })[0]?.value;
  const options = {
    convertsScalars: true,
    subject: 'the replacement',
    position: (path: readonly (string | number)[]) => ({ file, ...positionOf(text, 0, path, 'kustomization') }),
  };
  if (Array.isArray(value)) return decode(value, { list: shape }, options) as Replacement[];
  if (typeof value === 'object' && value !== null) return [decode(value, shape, options) as Replacement];
  throw inputError('InvalidReplacement', 'a file of replacements holds one of them or a list', { position: { file } });
}

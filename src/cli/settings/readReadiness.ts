/** The readiness rules of `.kapply.yaml`: a list below `readiness`, written as Flux' healthCheckExprs are. */
import type { ReadinessExpressions } from '../../engine/readiness/expressions/expressions.js';
import type { DefaultsFile } from './defaultsFile.js';
import { READINESS_KEY } from './fileDefaults.js';

/**
 * The rules in a `.kapply.yaml`; [] where there are none. Whether an expression is one is found out where it is compiled.
 * @throws KapplyError `InvalidReadinessRule` (exit 2), with the line
 */
export async function readReadiness({ file, text }: DefaultsFile): Promise<ReadinessExpressions[]> {
  if (text?.includes(READINESS_KEY) !== true) return [];
  const { parseReadiness } = await import('./parseReadiness.js');
  return parseReadiness(text, file);
}

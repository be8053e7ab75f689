/** The readiness rules of `.kapply.yaml`: a list below `readiness`, written as Flux' healthCheckExprs are. */
import { join } from 'node:path';
import type { ReadinessExpressions } from '../engine/readiness/expressions/expressions.js';
import { readIfThere } from './defaultsFile.js';
import { DEFAULTS_FILE, READINESS_KEY } from './fileDefaults.js';

/**
 * The rules in this folder's `.kapply.yaml`; [] where there are none. Whether an expression is one is found out where it is compiled.
 * @throws KapplyError `InvalidReadinessRule` (exit 2), with the line
 */
export async function readReadiness(folder: string): Promise<ReadinessExpressions[]> {
  const file = join(folder, DEFAULTS_FILE);
  const text = await readIfThere(file);
  if (text?.includes(READINESS_KEY) !== true) return [];
  const { parseReadiness } = await import('./parseReadiness.js');
  return parseReadiness(text, file);
}

import type { Refusal } from '../../engine/plan/refusals/refusal.js';
import { wrapTo } from '../columns.js';
import { refusalBlock } from './failureBlock.js';
import type { Style } from '../style.js';
import { harmless } from '../untrusted.js';

/** What the server refuses of a plan, each with its cause and remedies: for commands that only plan. Wrapped to `width`. */
export function refusalText(refusals: readonly Refusal[], style: Style, width?: number): string {
  const lines = harmless(refusals).flatMap(({ failure }) => refusalBlock(failure, style));
  return lines.map((line) => `${wrapTo(line, width)}\n`).join('');
}

import type { Refusal } from '../../engine/plan/refusals/refusal.js';
import { refusalBlock } from './failureBlock.js';
import type { Style } from '../style.js';
import { harmless } from '../untrusted.js';

/** What the server refuses of a plan, each with its cause and remedies: for commands that only plan. */
export function refusalText(refusals: readonly Refusal[], style: Style): string {
  const lines = harmless(refusals).flatMap(({ failure }) => refusalBlock(failure, style));
  return lines.map((line) => `${line}\n`).join('');
}

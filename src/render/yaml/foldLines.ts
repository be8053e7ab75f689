/** What the scalars of all styles share: how lines are folded, and how far a pattern goes. */

/** What a line break with empty lines after it becomes: a space, or the empty lines. */
export function fold(leadingBreak: string, trailingBreaks: string): string {
  if (leadingBreak !== '\n') return leadingBreak + trailingBreaks;
  return trailingBreaks === '' ? ' ' : trailingBreaks;
}

/** Where a match ends that begins at a position; the position itself where none does. */
export function endOf(pattern: RegExp, text: string, position: number): number {
  pattern.lastIndex = position;
  return pattern.test(text) ? pattern.lastIndex : position;
}

/** `1 pod`, `2 pods`: how many of something there are, for a noun whose plural ends in s. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

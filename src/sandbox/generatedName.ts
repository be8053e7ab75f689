/** The letters of generated names (apimachinery, util/rand): nothing that spells a word. */
export const SAFE_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** The five letters that make a name of a prefix (apiserver, storage/names). `random` gives numbers from 0 up to 1. */
export function randomSuffix(random: () => number): string {
  return Array.from({ length: 5 }, () => SAFE_LETTERS.charAt(Math.floor(random() * SAFE_LETTERS.length))).join('');
}

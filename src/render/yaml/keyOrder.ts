/**
 * The order in which kustomize prints the keys of a mapping: go-yaml v2's (sorter.go), in which numbers within keys count as
 * numbers (`a2` before `a10`) and letters come after all other characters.
 */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let index = 0;
  while (index < length && a.charCodeAt(index) === b.charCodeAt(index)) index++;
  if (index === length) return a.length - b.length;
  const codeA = a.charCodeAt(index);
  const codeB = b.charCodeAt(index);
  if (codeA < 128 && codeB < 128) {
    const letterA = isAsciiLetter(codeA);
    const letterB = isAsciiLetter(codeB);
    if (letterA && letterB) return codeA - codeB;
    if (letterA !== letterB) return letterA ? 1 : -1;
    if (!isAsciiDigit(codeA) && !isAsciiDigit(codeB)) return codeA - codeB;
  }
  return compareAt(Array.from(a), Array.from(b));
}

function isAsciiLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

function isAsciiDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

const LETTER = /^\p{L}$/u;
const DIGIT = /^\p{Nd}$/u;

function isDigit(character: string | undefined): boolean {
  return character !== undefined && DIGIT.test(character);
}

/** Compares by Unicode characters; the first difference decides. */
function compareAt(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < a.length && index < b.length; index++) {
    const charA = a[index] ?? '';
    const charB = b[index] ?? '';
    if (charA === charB) continue;
    const difference = (charA.codePointAt(0) ?? 0) - (charB.codePointAt(0) ?? 0);
    const letterA = LETTER.test(charA);
    const letterB = LETTER.test(charB);
    if (letterA && letterB) return difference;
    if (letterA || letterB) return letterA ? 1 : -1;
    return compareNumbers(a, b, index) || difference;
  }
  return a.length - b.length;
}

/** Compares the runs of digits from `start` on: by value, then by length. Zeros count only where a number is already under way. */
function compareNumbers(a: readonly string[], b: readonly string[], start: number): number {
  let seed = 0n;
  if (a[start] === '0' || b[start] === '0') {
    for (let back = start - 1; back >= 0 && isDigit(a[back]); back--) {
      if (a[back] !== '0') {
        seed = 1n;
        break;
      }
    }
  }
  const numberA = readDigits(a, start, seed);
  const numberB = readDigits(b, start, seed);
  if (numberA.value !== numberB.value) return numberA.value < numberB.value ? -1 : 1;
  return numberA.end - numberB.end;
}

/** In 64 bits that wrap around, as Go's do. */
function readDigits(characters: readonly string[], start: number, seed: bigint): { value: bigint; end: number } {
  let value = seed;
  let end = start;
  while (isDigit(characters[end])) {
    value = BigInt.asIntN(64, value * 10n + BigInt((characters[end]?.codePointAt(0) ?? 48) - 48));
    end++;
  }
  return { value, end };
}

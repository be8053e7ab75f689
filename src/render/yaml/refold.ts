import { isBlank, isBreak, type Cursor } from './cursor.js';
import { scanBlock } from './blockScalar.js';

/**
 * What becomes of a folded scalar when go-yaml v3 writes it and reads it again, which kustomize does before it prints: line
 * breaks before lines that are indented further, and at the end of `>+`, become more (emitterc.go's write_folded_scalar).
 */
export function refold(value: string): string {
  if (!/^ |\n |\n\n$/.test(value) || !staysFolded(value)) return value;
  const hint = /^[ \n]/.test(value) ? '2' : '';
  let chomping = '';
  if (!value.endsWith('\n')) chomping = '-';
  else if (value === '\n' || value.endsWith('\n\n')) chomping = '+';
  const text = `>${hint}${chomping}\n${foldedLines(value)}`;
  const cursor: Cursor = {
    text: `${text}\0`,
    position: 0,
    line: 0,
    lineStart: 0,
    indent: 0,
    flowLevel: 0,
    keyAllowed: true,
  };
  return scanBlock(cursor, false);
}

/** Values that no block can hold are written in double quotes, which change nothing. */
function staysFolded(value: string): boolean {
  return (
    !value.endsWith(' ') && !value.includes(' \n') && !/[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/.test(value)
  );
}

function foldedLines(value: string): string {
  // libyaml looks at the start of the text where it should look behind the line break.
  let first = 0;
  while (isBreak(value.charCodeAt(first))) first++;
  const doubles = first < value.length && !isBlank(value.charCodeAt(first));
  let result = '';
  let atStart = true;
  let indented = true;
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index);
    if (isBreak(code)) {
      if (!atStart && !indented && code === 10 && doubles) result += '\n';
      result += value.charAt(index);
      atStart = true;
      continue;
    }
    if (atStart) {
      result += '  ';
      indented = isBlank(code);
    }
    result += value.charAt(index);
    atStart = false;
  }
  return result;
}

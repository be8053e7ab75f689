/** `--color` as a command line has it, read without its parser: that may be what failed. */
import type { TerminalInput } from '../ui/terminal.js';

type Color = TerminalInput['color'];

/** The last one counts, as for the parser; then KAPPLY_COLOR. What is no value of it is 'auto': the parser refuses it. */
export function wantedColor(argv: readonly string[], { KAPPLY_COLOR: fallback }: TerminalInput['env']): Color {
  const end = argv.indexOf('--');
  const words = end < 0 ? argv : argv.slice(0, end);
  const given = words.flatMap((word, index) => {
    if (word === '--color') return [words[index + 1] ?? ''];
    return word.startsWith('--color=') ? [word.slice('--color='.length)] : [];
  });
  const color = given.at(-1) ?? fallback;
  return color === 'always' || color === 'never' ? color : 'auto';
}

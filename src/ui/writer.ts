/** The last door before a terminal or a CI log: what is written as text passes here, whoever made it. */
import { isAsciiLocale, withAsciiMarks } from './ascii.js';
import { withoutControls } from './untrusted.js';

/** The sequences that style.ts emits: the basic colours, bold and faint, and their ends. No others get through. */
// eslint-disable-next-line no-control-regex -- the escape character is the subject
const OWN_STYLE = /(\u001b\[(?:0|1|2|22|3[1-6]|39)m)/;

/**
 * Text as it may be written: of control sequences only kapply's own colours, of control characters only the line break,
 * and nothing that a CI system would take for a command, wherever a line of it begins.
 */
export function neutralize(text: string): string {
  return text.split('\n').map(neutralizeLine).join('\n');
}

function neutralizeLine(line: string): string {
  const parts = line.split(OWN_STYLE).map((part, index) => (index % 2 === 1 ? part : withoutControls(part)));
  const bare = parts.filter((_, index) => index % 2 === 0).join('');
  // A command does not become harmless by standing behind a colour.
  return bare.trimStart().startsWith('::') ? parts.join('').replace(/:/, ': ') : parts.join('');
}

export interface TextSink {
  write(text: string): unknown;
}

/** Writes text, and only text, to a stream: whole lines, or a question. In ASCII where the locale has no more. */
export function makeTextWriter(stream: TextSink, env: Env): (text: string) => void {
  const spelled = spellingFor(env);
  return (text) => void stream.write(spelled(neutralize(text)));
}

type Env = Readonly<Record<string, string | undefined>>;

/** What is done to text of our own before it is written where this environment says. */
export function spellingFor(env: Env): (text: string) => string {
  return isAsciiLocale(env) ? withAsciiMarks : (text) => text;
}

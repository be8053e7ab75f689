/** A command that we propose to be copied into a shell. */

/** Words that no shell takes for anything else. */
const PLAIN = /^[-A-Za-z0-9_@%+=:,./]+$/;

/** One line for sh, bash and zsh: what is not plain is quoted, so that a name can neither run nor expand anything. */
export function shellCommand(words: readonly string[]): string {
  return words.map(quote).join(' ');
}

function quote(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

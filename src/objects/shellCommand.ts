/** A command that we propose to be copied into a shell. */

/** Words that no shell takes for anything else. */
const PLAIN = /^[-A-Za-z0-9_@%+=:,./]+$/;

/**
 * What stands for itself in double quotes, in sh as well as in PowerShell and in the command interpreter of Windows, which knows no
 * others: a backslash only where sh takes it for nothing else.
 */
const IN_DOUBLE_QUOTES = /^(?:[-A-Za-z0-9_@+=:,./ ()*;<>|&#~[\]{}?'^]|\\(?=[A-Za-z0-9_. -]))+$/;

/** One line for a shell: what is not plain is quoted, so that a name can neither run nor expand anything. Values that no quotes of all shells hold are quoted for sh, bash and zsh. */
export function shellCommand(words: readonly string[]): string {
  return words.map(quote).join(' ');
}

function quote(word: string): string {
  if (PLAIN.test(word)) return word;
  return IN_DOUBLE_QUOTES.test(word) ? `"${word}"` : `'${word.replaceAll("'", `'\\''`)}'`;
}

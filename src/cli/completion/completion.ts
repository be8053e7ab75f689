/**
 * What may stand where somebody pressed TAB, by the words so far. Pure: what has to be asked for is named. cobra's protocol
 * (`__complete WORDS…`): kubectl asks its plugins by it, and so do our own scripts.
 */

/** cobra's ShellCompDirective: what the shell does with the candidates, and besides them. */
export const DIRECTIVE = { usual: 0, noFiles: 4, onlyFolders: 16 } as const;

export interface CompletionFlag {
  readonly name: string;
  readonly type: string;
  readonly char?: string | undefined;
  readonly options?: readonly string[] | undefined;
  readonly allowNo?: boolean | undefined;
  readonly hidden?: boolean | undefined;
  /** `DIR`, `FILE`, `PATH` are completed. */
  readonly helpValue?: string | readonly string[] | undefined;
}

export interface CompletionCommand {
  readonly id: string;
  readonly flags: readonly CompletionFlag[];
}

/** What only the kubeconfig or the cluster knows. */
export type LiveValue = 'contexts' | 'namespaces' | 'labels' | 'families' | 'configs' | 'sets' | 'records';

/** Flags whose values are looked up, on every command that has them. */
export const LIVE_FLAGS: Readonly<Record<string, LiveValue>> = {
  context: 'contexts',
  'confirm-context': 'contexts',
  namespace: 'namespaces',
  'prune-namespace': 'namespaces',
  'prune-label': 'labels',
  selector: 'labels',
  set: 'sets',
  to: 'records',
};

/** Commands whose arguments are looked up. */
export const LIVE_ARGUMENTS: Readonly<Record<string, LiveValue>> = { history: 'families', uses: 'configs' };

export interface Completion {
  readonly candidates: readonly string[];
  /** To be looked up as well. */
  readonly live: LiveValue | undefined;
  /** In front of each candidate: `--context=`. */
  readonly prefix: string;
  /** What the candidate begins with. */
  readonly current: string;
  readonly directive: number;
}

/** @param words behind the program's name; the last one is completed, and may be '' */
export function completionOf(words: readonly string[], commands: readonly CompletionCommand[]): Completion {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const command = commands.find(({ id }) => id === before[0]);
  const nothing = { candidates: [], live: undefined, prefix: '', current, directive: DIRECTIVE.noFiles };
  if (command === undefined) {
    return before.length > 0 ? nothing : { ...nothing, candidates: commands.map(({ id }) => id) };
  }
  const flags = command.flags.filter(({ hidden }) => hidden !== true);
  const inOne = /^(--[^=]+)=(.*)$/s.exec(current);
  const asked = flagOf(inOne?.[1] ?? before.at(-1) ?? '', flags);
  if (asked?.type === 'option') {
    const [prefix, value] = inOne === null ? ['', current] : [`${String(inOne[1])}=`, String(inOne[2])];
    return { ...nothing, ...valuesOf(asked), prefix, current: value };
  }
  if (current.startsWith('-')) return { ...nothing, candidates: flags.flatMap(spellings) };
  return { ...nothing, live: LIVE_ARGUMENTS[command.id] };
}

function valuesOf(flag: CompletionFlag): Pick<Completion, 'candidates' | 'live' | 'directive'> {
  return {
    candidates: flag.options ?? [],
    live: LIVE_FLAGS[flag.name],
    directive: isFolder(flag) ? DIRECTIVE.onlyFolders : isFile(flag) ? DIRECTIVE.usual : DIRECTIVE.noFiles,
  };
}

/** True where the word that help has for the value says that it is a folder. */
export function isFolder({ helpValue }: CompletionFlag): boolean {
  return helpValue === 'DIR';
}

/** True where the word that help has for the value says that it is a file. */
export function isFile({ helpValue }: CompletionFlag): boolean {
  return helpValue === 'FILE' || helpValue === 'PATH';
}

function flagOf(word: string, flags: readonly CompletionFlag[]): CompletionFlag | undefined {
  return flags.find((flag) => spellings(flag).includes(word));
}

/** Every spelling of a flag: `-k`, `--kustomize`; `--wait`, `--no-wait`. */
export function spellings({ name, char, allowNo }: CompletionFlag): string[] {
  return [...(char === undefined ? [] : [`-${char}`]), `--${name}`, ...(allowNo === true ? [`--no-${name}`] : [])];
}

/** The values that the words give to flags, by the flag's name; of several, the last. */
export function givenValues(
  words: readonly string[],
  flags: readonly CompletionFlag[],
): Readonly<Record<string, string>> {
  const given: Record<string, string> = {};
  for (const [index, word] of words.entries()) {
    const [, head = word, value] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
    const flag = flagOf(head, flags);
    const said = value ?? words[index + 1];
    if (flag?.type === 'option' && said !== undefined) given[flag.name] = said;
    if (flag?.type === 'boolean') given[flag.name] = 'true';
  }
  return given;
}

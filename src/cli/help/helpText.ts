/** Help in two sizes, wrapped to the width that there is. Pure: from commands and flags to text. */
import type { CompletionFlag } from '../completion/completion.js';

export interface HelpFlag extends CompletionFlag {
  readonly description?: string | undefined;
  readonly helpGroup?: string | undefined;
  readonly default?: unknown;
  readonly multiple?: boolean | undefined;
}

export interface HelpCommand {
  readonly id: string;
  readonly summary: string;
  readonly description?: string | undefined;
  readonly args: readonly { readonly name: string; readonly description?: string | undefined }[];
  readonly examples: readonly { readonly description: string; readonly command: string }[];
  readonly flags: readonly HelpFlag[];
}

export interface HelpLayout {
  /** What the program is called: `kubectl kapply`. */
  readonly bin: string;
  /** Characters in a line. */
  readonly width: number;
}

/** Where the text of a flag begins; a longer flag has a line of its own. */
const COLUMN = 30;
/** What `-h` leaves to `--help`: how to reach a cluster, and how kustomize reads. */
const LATER: ReadonlySet<string> = new Set(['CLUSTER', 'KUSTOMIZE', 'GLOBAL']);
const OWN = '';
const GROUPS = ['SOURCE', OWN, 'PRUNE', 'KUSTOMIZE', 'CLUSTER', 'GLOBAL'];

/** All commands, one a line. */
export function overviewText(commands: readonly HelpCommand[], { bin, width }: HelpLayout): string {
  const column = Math.max(...commands.map(({ id }) => id.length)) + 4;
  return lines(
    ...wrap(
      'Prune-aware deploys for Kubernetes: render, apply, wait, then delete only what nothing uses any more.',
      width,
      '',
    ),
    '',
    `usage: ${bin} COMMAND [flags]`,
    '',
    ...commands.flatMap(({ id, summary }) => entry(`  ${id}`, summary, column, width)),
    '',
    ...wrap(`${bin} COMMAND -h shows a command's own flags, --help all of them.`, width, ''),
  );
}

/** One command: `short` shows its own flags, a line or two each; else all of it. */
export function commandText(command: HelpCommand, short: boolean, { bin, width }: HelpLayout): string {
  const args = command.args.map(({ name }) => ` [${name.toUpperCase()}]`).join('');
  const flags = command.flags.filter(({ hidden }) => hidden !== true);
  const groups = [...new Set([...GROUPS, ...flags.map(groupOf)])].filter((group) => !short || !LATER.has(group));
  const listed = groups.flatMap((group) => {
    const members = flags.filter((flag) => groupOf(flag) === group);
    if (members.length === 0) return [];
    const title = group === OWN ? 'flags' : `${group.toLowerCase()} flags`;
    return ['', `${title}:`, ...members.flatMap((flag) => flagLines(flag, short, width))];
  });
  const left = flags.filter((flag) => LATER.has(groupOf(flag))).length;
  return lines(
    ...wrap(command.summary, width, ''),
    '',
    `usage: ${bin} ${command.id}${args} [flags]`,
    ...(short ? [] : paragraphs(command.description ?? '', width)),
    ...(short
      ? []
      : command.args.flatMap(({ name, description = '' }) => [
          '',
          ...entry(`  [${name.toUpperCase()}]`, description, COLUMN, width),
        ])),
    ...command.examples
      .slice(0, short ? 1 : undefined)
      .flatMap(({ description, command: line }) => ['', ...wrap(`# ${description}`, width, ''), line]),
    ...listed,
    ...(short && left > 0
      ? ['', `${bin} ${command.id} --help shows ${left} more, of the cluster and of kustomize.`]
      : []),
  );
}

function groupOf({ helpGroup = OWN }: HelpFlag): string {
  return helpGroup;
}

function flagLines(flag: HelpFlag, short: boolean, width: number): string[] {
  const { name, char, allowNo, type, multiple, description = '' } = flag;
  const letter = char === undefined ? '    ' : `-${char}, `;
  const value = type === 'option' ? ` ${valueWord(flag)}${multiple === true ? '...' : ''}` : '';
  const text = short ? firstSentence(description) : [description, ...facts(flag)].join(' ');
  return entry(`  ${letter}--${allowNo === true ? '[no-]' : ''}${name}${value}`, text, COLUMN, width);
}

function valueWord({ options, helpValue }: HelpFlag): string {
  const all = options?.join('|') ?? '';
  // Long alternatives would push every text to the right: they follow it.
  if (all !== '' && all.length <= 20) return all;
  return typeof helpValue === 'string' ? helpValue : 'VALUE';
}

function facts({ options, default: usual, type, allowNo }: HelpFlag): string[] {
  const all = options?.join(', ') ?? '';
  return [
    ...(all.length > 20 ? [`One of ${all}.`] : []),
    ...(type === 'option' && (typeof usual === 'string' || typeof usual === 'number') ? [`Default ${usual}.`] : []),
    ...(allowNo === true && usual === true ? ['Default true.'] : []),
  ];
}

/** As far as the first full stop after some words: "Label selector." alone says nothing. */
function firstSentence(text: string): string {
  return /^.{24,}?\.(?= |$)/.exec(text)?.[0] ?? text;
}

function entry(head: string, text: string, column: number, width: number): string[] {
  const indent = ' '.repeat(Math.min(column, Math.floor(width / 2)));
  const body = wrap(text, width, indent);
  if (head.length + 2 > indent.length) return [head, ...body];
  const [first = '', ...rest] = body;
  return [`${head.padEnd(indent.length)}${first.trimStart()}`, ...rest];
}

function paragraphs(text: string, width: number): string[] {
  const parts = text.split(/\n\s*\n/).filter((part) => part.trim() !== '');
  return parts.flatMap((part) => ['', ...wrap(part.replace(/\s+/g, ' '), width, '')]);
}

function wrap(text: string, width: number, indent: string): string[] {
  const wrapped: string[] = [];
  let line = indent;
  for (const word of text.split(/\s+/).filter((one) => one !== '')) {
    const isFirst = line === indent;
    if (!isFirst && line.length + 1 + word.length > width) {
      wrapped.push(line);
      line = indent + word;
    } else line += isFirst ? word : ` ${word}`;
  }
  return [...wrapped, line];
}

function lines(...all: readonly string[]): string {
  return `${all.map((line) => line.trimEnd()).join('\n')}\n`;
}

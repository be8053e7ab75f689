/** Completion scripts, written from the commands and flags that there are. What only a cluster knows is asked for (cli/completion/complete). */
import { isFile, isFolder, LIVE_ARGUMENTS, LIVE_FLAGS, spellings, type CompletionFlag } from './completion.js';

interface CompletedFlag extends CompletionFlag {
  readonly description?: string | undefined;
}

export interface CompletedCommand {
  readonly id: string;
  readonly summary: string;
  readonly flags: readonly CompletedFlag[];
}

export type Shell = 'bash' | 'zsh' | 'fish';

export const COMPLETION_SCRIPTS: Readonly<
  Record<Shell, (bin: string, commands: readonly CompletedCommand[]) => string>
> = { bash: bashScript, zsh: zshScript, fish: fishScript };

function shown({ flags }: CompletedCommand): CompletedFlag[] {
  return flags.filter(({ hidden }) => hidden !== true);
}

function bashScript(bin: string, commands: readonly CompletedCommand[]): string {
  const ids = commands.map(({ id }) => id);
  const values = (command: CompletedCommand): string[] =>
    shown(command)
      .filter(({ type }) => type === 'option')
      .map((flag) => {
        const pattern = spellings(flag).join('|');
        if (flag.options !== undefined)
          return `      ${pattern}) COMPREPLY=($(compgen -W '${flag.options.join(' ')}' -- "$cur")); return ;;`;
        if (flag.name in LIVE_FLAGS) return `      ${pattern}) _${bin}_live; return ;;`;
        const kind = isFolder(flag) ? 'd' : 'f';
        const known = isFolder(flag) || isFile(flag);
        return `      ${pattern}) ${known ? `compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -${kind} -- "$cur")); ` : ''}return ;;`;
      });
  const cases = commands.map((command) =>
    [
      `    ${command.id})`,
      '      case "$prev" in',
      ...values(command),
      '      esac',
      ...(command.id in LIVE_ARGUMENTS ? [`      if [[ "$cur" != -* ]]; then _${bin}_live; return; fi`] : []),
      `      COMPREPLY=($(compgen -W '${shown(command).flatMap(spellings).join(' ')}' -- "$cur")) ;;`,
    ].join('\n'),
  );
  return `# bash completion for ${bin}
# What the kubeconfig or the cluster knows; readline has cut off what stands in front of "=".
_${bin}_live() {
  local line
  while IFS= read -r line; do
    [[ "$line" == :* ]] && continue
    [[ "$line" == --*=* ]] && line="\${line#*=}"
    COMPREPLY+=("$line")
  done < <("\${COMP_WORDS[0]}" __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
_${bin}() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" command="" word
  COMPREPLY=()
  # readline breaks words at "=": --dry-run=cl is three of them.
  if [[ "$cur" == --*=* ]]; then prev="\${cur%%=*}" cur="\${cur#*=}"
  elif [[ "$cur" == "=" ]]; then cur=""
  elif [[ "$prev" == "=" ]]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"
  fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in ${ids.join('|')}) command="$word"; break ;; esac
  done
  case "$command" in
    '') COMPREPLY=($(compgen -W '${ids.join(' ')}' -- "$cur")) ;;
${cases.join('\n')}
  esac
}
complete -F _${bin} ${bin} kubectl-${bin}
`;
}

function zshScript(bin: string, commands: readonly CompletedCommand[]): string {
  const argument = (flag: CompletedFlag): string[] => {
    const help = `[${escapeZsh(firstSentence(flag.description))}]`;
    if (flag.type !== 'option') return spellings(flag).map((spelling) => `'${spelling}${help}'`);
    const action =
      flag.options !== undefined
        ? `(${flag.options.join(' ')})`
        : isFolder(flag)
          ? '_files -/'
          : flag.name in LIVE_FLAGS
            ? `_${bin}_live`
            : isFile(flag)
              ? '_files'
              : ' ';
    return spellings(flag).map(
      (spelling) => `'*${spelling}${spelling.startsWith('--') ? '=' : '+'}${help}:${flag.name}:${action}'`,
    );
  };
  const described = commands.map(({ id, summary }) => `    '${id}:${escapeZsh(summary)}'`);
  const cases = commands.map(
    (command) =>
      `    ${command.id}) _arguments -S ${[
        ...shown(command).flatMap(argument),
        ...(command.id in LIVE_ARGUMENTS ? [`'*:name:_${bin}_live'`] : []),
      ].join(' \\\n      ')} ;;`,
  );
  return `#compdef ${bin} kubectl-${bin}
# What the kubeconfig or the cluster knows.
_${bin}_live() {
  local -a values
  values=("\${(@f)$("$program" __complete "\${(@Q)words}" 2>/dev/null)}")
  values=("\${(@)values:#:*}")
  values=("\${(@)values#--*=}")
  compadd -a values
}
_${bin}() {
  local -a commands
  commands=(
${described.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe -t commands command commands
    return
  fi
  local program="$words[1]" command="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$command" in
${cases.join('\n')}
  esac
}
compdef _${bin} ${bin} kubectl-${bin}
`;
}

function fishScript(bin: string, commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap((command) => {
    const seen = `-n '__fish_seen_subcommand_from ${command.id}'`;
    return [
      `complete -c ${bin} -f -n __fish_use_subcommand -a ${command.id} -d ${quoteFish(command.summary)}`,
      ...shown(command).flatMap((flag) => {
        const short = flag.char === undefined ? '' : ` -s ${flag.char}`;
        const help = ` -d ${quoteFish(firstSentence(flag.description))}`;
        const value =
          flag.type !== 'option'
            ? ' -f'
            : flag.options !== undefined
              ? ` -x -a '${flag.options.join(' ')}'`
              : isFolder(flag)
                ? " -x -a '(__fish_complete_directories)'"
                : flag.name in LIVE_FLAGS
                  ? ` -x -a '(__${bin}_live)'`
                  : isFile(flag)
                    ? ' -r -F'
                    : ' -x';
        const negative = flag.allowNo === true ? [`complete -c ${bin} ${seen} -l no-${flag.name} -f`] : [];
        return [`complete -c ${bin} ${seen}${short} -l ${flag.name}${value}${help}`, ...negative];
      }),
    ];
  });
  const named = commands
    .filter(({ id }) => id in LIVE_ARGUMENTS)
    .map(({ id }) => `complete -c ${bin} -n '__fish_seen_subcommand_from ${id}' -f -a '(__${bin}_live)'`);
  return `# fish completion for ${bin}
# What the kubeconfig or the cluster knows.
function __${bin}_live
  set -l words (commandline -opc) (commandline -ct)
  $words[1] __complete $words[2..-1] 2>/dev/null | string match -v -r '^:' | string replace -r '^--[^=]*=' ''
end
${[...lines, ...named].join('\n')}
`;
}

function firstSentence(text = ''): string {
  return text.split(/(?<=[.;]) /)[0]?.replace(/[.;]$/, '') ?? '';
}

/** In single quotes inside a specification of _arguments or _describe, where colons and brackets mean something. */
function escapeZsh(text: string): string {
  return text.replaceAll("'", `'"'"'`).replace(/[[\]:]/g, String.raw`\$&`);
}

function quoteFish(text: string): string {
  return `'${text.replace(/['\\]/g, String.raw`\$&`)}'`;
}

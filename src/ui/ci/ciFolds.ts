/** What a CI system folds up in its log, and how it is told: each by its own documentation. */
import { cleanLine } from '../untrusted.js';

/** CI systems whose logs have parts that begin, end, and are folded. */
export type FoldingSystem = 'github' | 'gitlab' | 'azure' | 'teamcity';

/** Lines that begin and end a part of a log. They are written as they are: what they hold of others is made harmless here. */
export interface Folds {
  /** @param at ms since the epoch, for those that show how long a part took */
  readonly open: (title: string, at: number) => string;
  readonly close: (at: number) => string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** How each is known: the variables that its documentation promises. */
const KNOWN_BY: readonly (readonly [FoldingSystem, (env: Env) => boolean])[] = [
  ['github', ({ GITHUB_ACTIONS }) => GITHUB_ACTIONS === 'true'],
  ['gitlab', ({ GITLAB_CI }) => GITLAB_CI === 'true'],
  ['azure', ({ TF_BUILD }) => TF_BUILD?.toLowerCase() === 'true'],
  ['teamcity', ({ TEAMCITY_VERSION = '' }) => TEAMCITY_VERSION !== ''],
];

/** The CI system that this environment is of, as far as it folds. */
export function foldingSystemOf(env: Env): FoldingSystem | undefined {
  return KNOWN_BY.find(([, isIt]) => isIt(env))?.[0];
}

/** Parts of one command's log. Their titles begin no command of the CI system, whoever made them. */
export function makeFolds(system: FoldingSystem): Folds {
  let count = 0;
  let name = '';
  let shown = '';
  const commands = COMMANDS[system];
  return {
    open: (title, at) => {
      shown = cleanLine(title);
      count += 1;
      // A job may run kapply more than once, and GitLab ends a part by its name.
      name = `kapply_${at}_${count}`;
      return commands.open(shown, name, secondsOf(at));
    },
    close: (at) => commands.close(shown, name, secondsOf(at)),
  };
}

interface FoldCommands {
  readonly open: (title: string, name: string, seconds: number) => string;
  readonly close: (title: string, name: string, seconds: number) => string;
}

const COMMANDS: Readonly<Record<FoldingSystem, FoldCommands>> = {
  // docs.github.com, workflow commands: grouping log lines.
  github: {
    open: (title) => `::group::${title.replaceAll('%', '%25')}\n`,
    close: () => '::endgroup::\n',
  },
  // docs.gitlab.com/ci/jobs/job_logs: custom collapsible sections. The carriage return has the marker hidden.
  gitlab: {
    open: (title, name, seconds) => `\u001b[0Ksection_start:${seconds}:${name}[collapsed=true]\r\u001b[0K${title}\n`,
    close: (_, name, seconds) => `\u001b[0Ksection_end:${seconds}:${name}\r\u001b[0K\n`,
  },
  // learn.microsoft.com, Azure Pipelines: formatting commands.
  azure: { open: (title) => `##[group]${title}\n`, close: () => '##[endgroup]\n' },
  // jetbrains.com/help/teamcity: service messages, blocks of service messages.
  teamcity: {
    open: (title) => `##teamcity[blockOpened name='${escapeTeamCity(title)}']\n`,
    close: (title) => `##teamcity[blockClosed name='${escapeTeamCity(title)}']\n`,
  },
};

/** Values of service messages: what ends one stands behind a bar, and what is not ASCII is a number. */
function escapeTeamCity(text: string): string {
  return text
    .replace(/[|'[\]]/g, '|$&')
    .replace(/[^ -~]/g, (unit) => `|0x${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function secondsOf(at: number): number {
  return Math.floor(at / 1000);
}

/** Runs the user's helm, kept from what lies in the user's own helm folders, and says why where it fails. */
import { join } from 'node:path';
import { type KapplyError, inputError } from '../../errors.js';
import type { Target } from '../build/build.js';
import { makeFolder } from '../../files/folders.js';
import { environmentFor, handedOn } from '../programs/environment.js';
import { mainLine } from '../programs/mainLine.js';
import { MAX_OUTPUT_BYTES, PROGRAM_TIMEOUT_MS, type ProgramResult, runProgram } from '../programs/runProgram.js';

/** Where helm works for one chart. */
export interface HelmPlace {
  readonly target: Target;
  /** What helm reads of its user. */
  readonly configHome: string;
  /** A folder for the time of the chart. */
  readonly temporary: string;
}

/** @throws KapplyError `HelmFailed` where the user's helm is neither 3 nor 4 */
export async function refuseOldHelm(place: HelmPlace): Promise<void> {
  const output = await helm(place, ['version', '--short']);
  const major = /v?(\d+)(?:\.\d+)+/.exec(output)?.[1];
  if (major === '3' || major === '4') return;
  throw inputError(
    'HelmFailed',
    `helm 3 or 4 is needed, and this one says ${output.trim() || 'nothing'} of its version`,
  );
}

/** What helm prints. @throws KapplyError `HelmFailed` */
export async function helm({ target, configHome, temporary }: HelmPlace, args: readonly string[]): Promise<string> {
  const { helmCommand = 'helm', enableHelmPlugins = false, environment = {}, env = [], signal } = target.build.options;
  // What helm finds there it runs: by a scheme of a repository's address, or as a command.
  const noPlugins = join(temporary, 'no-plugins');
  makeFolder(noPlugins);
  const run = runProgram(helmCommand, {
    args,
    env: {
      ...environmentFor('tool', environment, handedOn(env)),
      HELM_CONFIG_HOME: configHome,
      HELM_CACHE_HOME: `${configHome}/.cache`,
      HELM_DATA_HOME: enableHelmPlugins ? `${configHome}/.data` : join(temporary, 'data'),
      ...(enableHelmPlugins ? {} : { HELM_PLUGINS: noPlugins, HELM_NO_PLUGINS: '1' }),
    },
    signal,
    timeoutMs: PROGRAM_TIMEOUT_MS,
  });
  const result = await target.build.budget.outside(run);
  if (result.outcome === 'done') return result.output;
  throw helmFailed(target, helmCommand, args, result);
}

function helmFailed(
  { file }: Target,
  command: string,
  args: readonly string[],
  result: Exclude<ProgramResult, { outcome: 'done' }>,
): KapplyError {
  const again = [`Try: ${[command, ...args].join(' ')}`];
  const fail = (message: string, suggestions: readonly string[], cause?: unknown): KapplyError =>
    inputError('HelmFailed', message, { position: { file }, suggestions, cause });
  const what = `${command} ${args[0] ?? ''}`;
  switch (result.outcome) {
    case 'missing':
      return fail(
        `${command} is not on this machine's path`,
        ['Install helm, or name it with --helm-command.'],
        result.cause,
      );
    case 'notStarted':
      return fail(`${what} cannot be run: ${result.cause.message}`, again, result.cause);
    case 'timedOut':
      return fail(`${what} took longer than ${PROGRAM_TIMEOUT_MS / 1000} s`, again);
    case 'tooMuchOutput':
      return fail(`${what} prints more than ${MAX_OUTPUT_BYTES >> 20} MB`, again);
    case 'failed':
      return fail(`${what} failed: ${mainLine(result.errors) || result.how}`, again);
  }
}

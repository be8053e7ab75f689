/** KUBECTL_EXTERNAL_DIFF, as kubectl honours it (kubectl pkg/cmd/diff/diff.go): a program that compares two folders. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Change } from '../engine/plan/member.js';
import { changesOf, type Plan } from '../engine/plan/plan.js';
import { inputError } from '../errors.js';
import { makeFolder } from '../files/folders.js';
import { makeTemporaryFolder, removeTemporaryFolder } from '../files/temporaryFolder.js';
import { startedAs } from '../files/windowsCommand.js';
import { writeWhole } from '../files/writeWhole.js';
import { shownTexts } from '../ui/plan/objectDiff.js';
import { comparedChange, type PlanDiffOptions } from '../ui/plan/planBlocks.js';
import { planStat } from '../ui/plan/planStat.js';
import { makeTextWriter } from '../ui/writer.js';
import type { CommandIo, OutputStream } from './io.js';

export interface ExternalDiffOptions {
  /** The variable's value. */
  readonly program: string;
  readonly io: CommandIo;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/** kubectl gives the program no other arguments: paths, quotes and the like are dropped. */
const ARGUMENT = /^[a-zA-Z0-9-=]+$/;

/**
 * Runs the program on the objects as they are and as they will be, Secret values masked, a generated config against the one
 * that it replaces; then says what no folder can show: restarts, refusals, deletions.
 * @throws KapplyError (exit 2) where it cannot be started, or ends with more than 1
 */
export async function externalDiff(
  plan: Plan,
  options: PlanDiffOptions,
  { program, io, say, signal }: ExternalDiffOptions,
): Promise<void> {
  const folder = await makeTemporaryFolder();
  try {
    const [live, merged] = [join(folder, 'LIVE'), join(folder, 'MERGED')];
    makeFolder(live);
    makeFolder(merged);
    for (const change of changesOf(plan).filter(({ action }) => action !== 'unchanged')) {
      const { oldText, newText } = shownTexts(comparedChange(change, options), options);
      writeWhole(join(live, fileName(change)), oldText, { secret: true });
      writeWhole(join(merged, fileName(change)), newText, { secret: true });
    }
    const [command = '', ...words] = program.split(' ');
    const code = await run(command, [live, merged, ...words.filter((word) => ARGUMENT.test(word))], {
      io,
      say,
      signal,
    });
    if (code > 1) throw failed(program, `it ended with exit code ${code}`);
  } finally {
    await removeTemporaryFolder(folder);
  }
  say(planStat(plan, options));
}

/** As kubectl names its files: `apps.v1.Deployment.shop.web`. */
function fileName({ member: { id, resource } }: Change): string {
  const { group, kind, namespace, name } = id;
  const parts = [...(group === '' ? [] : [group]), resource.version, kind, namespace, name];
  // Names of some kinds of RBAC hold what no file can be called.
  return parts.join('.').replace(/[^\w.-]/g, '_');
}

/** Its output goes where ours does: straight to a terminal, so that it may colour, page and ask. */
function run(
  command: string,
  args: readonly string[],
  { io, say, signal }: Omit<ExternalDiffOptions, 'program'>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const complain = makeTextWriter(io.stderr, io.env);
    const started = startedAs(command, args, io.env);
    const child = spawn(started.command, started.args, {
      env: { ...io.env },
      windowsVerbatimArguments: started.verbatim,
      cwd: io.cwd,
      stdio: [descriptorOf(io.stdin) ?? 'ignore', descriptorOf(io.stdout) ?? 'pipe', descriptorOf(io.stderr) ?? 'pipe'],
      signal,
    });
    child.stdout?.on('data', (chunk: Buffer) => say(chunk.toString('utf8')));
    child.stderr?.on('data', (chunk: Buffer) => complain(chunk.toString('utf8')));
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (signal.aborted) reject(signal.reason as Error);
      else reject(failed(command, `it cannot be started (${error.code ?? error.message})`));
    });
    child.on('close', (code) => resolve(code ?? 2));
  });
}

/** A stream of this process has a number; one that a test made has none. */
function descriptorOf(stream: CommandIo['stdin'] | OutputStream): number | undefined {
  const { fd } = stream as { readonly fd?: unknown };
  return typeof fd === 'number' ? fd : undefined;
}

function failed(program: string, how: string): Error {
  return inputError('ExternalDiffFailed', `KUBECTL_EXTERNAL_DIFF=${program}: ${how}`, {
    suggestions: ['Unset KUBECTL_EXTERNAL_DIFF, and kapply compares by itself.'],
  });
}

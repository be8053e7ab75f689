/** Plan files on disk and on pipes. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileProblem, isPathProblem } from '../../files/fileProblem.js';
import { encodeJson } from '../../cluster/requests/json.js';
import { clusterIdentity } from '../../engine/planFile/clusterIdentity.js';
import { makePlanFile } from '../../engine/planFile/makePlanFile.js';
import type { PlanFile } from '../../engine/planFile/planFile.js';
import { isSeal } from '../../engine/planFile/seal.js';
import { readPlanFile } from '../../engine/planFile/readPlanFile.js';
import { inputError } from '../../errors.js';
import { writeWhole } from '../../files/writeWhole.js';
import { shellCommand } from '../../objects/shellCommand.js';
import type { CommandIo } from '../io.js';
import type { SourceFlags } from '../loadObjects.js';
import { commitOfCi } from '../commitOfCi.js';
import { parseMasks } from '../settings/parseMasks.js';
import type { Planned } from './planOf.js';

/** The file of a plan that a command has made. */
export async function planFileOf(
  { loaded, cluster, options, read, how }: Planned,
  flags: SourceFlags & { readonly own: boolean; readonly mask?: readonly string[] | undefined },
  { io, version, signal }: { readonly io: CommandIo; readonly version: string; readonly signal: AbortSignal },
): Promise<PlanFile> {
  const { dryRun: _, readinessRules, ...planned } = options;
  return makePlanFile(loaded.objects, read.plan, read.replaced, {
    kapplyVersion: version,
    createdAt: new Date(io.now()).toISOString(),
    origin: { source: shellCommand(sourceWords(flags)), commit: commitOfCi(io.env, /^[0-9a-f]{7,64}$/) ?? null },
    target: { ...how.target, pruneLabel: options.pruneLabel ?? null },
    cluster: await clusterIdentity(cluster, { signal }),
    options: { ...planned, own: flags.own },
    readinessRules,
    masks: flags.mask ?? [],
    salt: randomBytes(16).toString('base64'),
    known: io.masks,
  });
}

/** The flags that name the source, as they were given. */
export function sourceWords({ kustomize, filename = [], recursive }: SourceFlags): string[] {
  return [
    ...(kustomize === undefined ? [] : ['-k', kustomize]),
    ...filename.flatMap((path) => ['-f', path]),
    ...(recursive ? ['-R'] : []),
  ];
}

/** The text of the file: indented, since people look at it as well. */
export function planFileText(file: PlanFile): string {
  // What encodeJson makes of integers beyond 2^53 is what decodeJson takes: the digits stay.
  return `${indented(encodeJson(file))}\n`;
}

/** JSON with a line for each field; nothing of it is parsed, so that every number stays as it is. */
function indented(json: string): string {
  let depth = 0;
  return json.replaceAll(/"(?:[^"\\]|\\.)*"|\{\}|\[\]|[{}[\],:]/g, (token) => {
    if (token === '{' || token === '[') return `${token}\n${'  '.repeat((depth += 1))}`;
    if (token === '}' || token === ']') return `\n${'  '.repeat((depth -= 1))}${token}`;
    if (token === ',') return `,\n${'  '.repeat(depth)}`;
    return token === ':' ? ': ' : token;
  });
}

/**
 * Writes a plan file, whole or not at all. Where something in it is a hash of a secret, it is its owner's alone.
 * @throws KapplyError `OutputNotWritable` (exit 2)
 */
export function writePlanFile(path: string, file: PlanFile, { cwd }: Pick<CommandIo, 'cwd'>): void {
  const absolute = resolve(cwd, path);
  try {
    const whole = planFileText(file);
    writeWhole(absolute, whole, { secret: isSeal(whole) });
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw inputError('OutputNotWritable', `${absolute} cannot be written (${fileProblem(code)})`, {
      suggestions: isPathProblem(code) ? ['Give -o a file in a folder that exists.'] : [],
      cause: error,
    });
  }
}

/**
 * The plan of a file, or of stdin for `-`; what it was made to mask is masked from now on.
 * @throws KapplyError (exit 2) as readPlanFile, `FileNotFound`
 */
export async function loadPlanFile(path: string, io: CommandIo): Promise<PlanFile> {
  const file = readPlanFile(path === '-' ? await text(io.stdin) : await readText(path, io), path);
  io.masks.addRules(await parseMasks(file.masks));
  return file;
}

async function readText(path: string, { cwd }: Pick<CommandIo, 'cwd'>): Promise<string> {
  try {
    return await readFile(resolve(cwd, path), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw inputError('FileNotFound', `--plan=${path} cannot be read (${fileProblem(code)})`, {
      suggestions: ['kapply plan -k DIR -o plan.json writes a plan.'],
      cause: error,
    });
  }
}

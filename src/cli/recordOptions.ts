import { resolve } from 'node:path';
import type { RecordOptions } from '../engine/run/options.js';
import { commitOf } from './commitOf.js';
import type { CommandIo } from './io.js';

/** What the record of a deploy is to hold, and how many there are to be. */
export async function recordOptions(
  flags: { readonly kustomize?: string | undefined; readonly filename?: readonly string[] | undefined },
  keep: number,
  { cwd, env, masks }: CommandIo,
): Promise<RecordOptions> {
  const source = flags.kustomize ?? flags.filename?.find((path) => path !== '-') ?? '.';
  const isRemote = source.includes('://');
  const commit = keep === 0 ? undefined : await commitOf(resolve(cwd, isRemote ? '.' : source), env);
  return { keep, maskRules: masks.rules, commit };
}

/** The commit that a folder was checked out at, read from git's own files: no program is started for it. */
import { dirname, join, resolve } from 'node:path';
import { readFile } from 'node:fs/promises';
import { commitOfCi } from './commitOfCi.js';

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * The commit of the checkout that the folder is in, else what the CI system says; undefined where neither tells. Changes that
 * were not committed are not seen.
 */
export async function commitOf(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const ofCheckout = await checkedOut(resolve(folder));
  // For sources that are in no checkout.
  return ofCheckout ?? commitOfCi(env, COMMIT);
}

async function checkedOut(folder: string): Promise<string | undefined> {
  const git = await gitFolder(folder);
  const head = git === undefined ? undefined : await read(join(git, 'HEAD'));
  if (git === undefined || head === undefined) return undefined;
  if (COMMIT.test(head)) return head;
  const ref = /^ref: (refs\/\S+)$/.exec(head)?.[1];
  if (ref === undefined || ref.includes('..')) return undefined;
  // A worktree has a HEAD of its own, and shares the branches.
  const common = await read(join(git, 'commondir'));
  const shared = common === undefined ? git : resolve(git, common);
  const loose = (await read(join(git, ref))) ?? (await read(join(shared, ref)));
  if (loose !== undefined) return COMMIT.test(loose) ? loose : undefined;
  const packed = (await read(join(shared, 'packed-refs'))) ?? '';
  const line = packed.split('\n').find((text) => text.endsWith(` ${ref}`));
  const commit = line?.split(' ')[0] ?? '';
  return COMMIT.test(commit) ? commit : undefined;
}

/** `.git` is a folder, or in a worktree and a submodule a file that says where it is. */
async function gitFolder(start: string): Promise<string | undefined> {
  for (let folder = start; ; folder = dirname(folder)) {
    const git = join(folder, '.git');
    if ((await read(join(git, 'HEAD'))) !== undefined) return git;
    const elsewhere = /^gitdir: (.+)$/m.exec((await read(git)) ?? '')?.[1];
    if (elsewhere !== undefined) return resolve(folder, elsewhere);
    if (dirname(folder) === folder) return undefined;
  }
}

/** What cannot be read says nothing: a record without a commit is a record. */
async function read(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch {
    return undefined;
  }
}

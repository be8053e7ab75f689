/**
 * Starts the bundle: what bin/run.js calls. It reads the bundle's files itself, so that what V8 compiles of them in one run is there
 * in the next (docs/decisions/0220), and has Node 20 optimize later (0140).
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { folderOfCode, openForCode, readCode, removeOldCode, writeCode } from './keptCode.js';

interface File {
  readonly path: string;
  readonly bytes: Buffer;
  readonly script: Script;
  readonly module: { readonly exports: unknown };
  /** True where its code is to be kept: V8 took none of an earlier run. */
  readonly isNew: boolean;
}

const WRAPPER = ['(function (exports, require, module, __filename, __dirname) { ', '\n});'] as const;
type Wrapped = (exports: unknown, require: unknown, module: unknown, file: string, folder: string) => void;

/** Of V8 11 (Node 20), in bytes of bytecode. Later versions know no such flag, and Node would say so. */
const USUAL_BUDGET = 67_584;
const OWN_BUDGET = 1_500_000;
const hasBudget = process.versions.v8.startsWith('11.');

function setBudget(bytes: number): void {
  if (hasBudget) setFlagsFromString(`--interrupt-budget=${bytes}`);
}

/** V8 takes compiled code, its own kept one and the one that is inside Node, only under the flags under which it was compiled. */
function withUsualBudget<T>(task: () => T): T {
  setBudget(USUAL_BUDGET);
  try {
    return task();
  } finally {
    setBudget(OWN_BUDGET);
  }
}

/** In bytes: what is smaller is compiled sooner than its code is found. `kapply --version` needs nothing larger. */
const SMALLEST = 16 * 1024;

/** What may fail without harm: a full disk, no right, a folder that goes meanwhile. The code is compiled again then. */
function harmless<T>(task: () => T): T | undefined {
  try {
    return task();
  } catch {
    return undefined;
  }
}

/** Runs the process' own command line from the bundle's main file, and keeps what was compiled meanwhile. */
export async function startBundle(main: string): Promise<void> {
  let folder: string | undefined;
  let isAsked = false;
  const folderOnce = (): string | undefined => {
    if (!isAsked) folder = withUsualBudget(() => harmless(() => folderOfCode(process.env)));
    isAsked = true;
    return folder;
  };
  const files = new Map<string, File>();
  const { start } = load(main, folderOnce, files) as { readonly start: () => Promise<void> };
  await start();
  const kept = folder;
  if (kept !== undefined) withUsualBudget(() => harmless(() => keepNew(kept, [...files.values()])));
}

/** Reads a file of the bundle and what it needs, as `require` does. */
function load(path: string, folderOnce: () => string | undefined, files: Map<string, File>): unknown {
  const before = files.get(path);
  if (before !== undefined) return before.module.exports;
  const bytes = readFileSync(path);
  const kept = bytes.length < SMALLEST ? undefined : folderOnce();
  const code = kept === undefined ? undefined : withUsualBudget(() => harmless(() => readCode(kept, path, bytes)));
  const source = WRAPPER.join(bytes.toString());
  const options = { filename: path, columnOffset: -WRAPPER[0].length, ...(code && { cachedData: code }) };
  const script = withUsualBudget(() => new Script(source, options));
  const module = { exports: {} };
  // Before it runs: two files may need each other.
  const isNew = kept !== undefined && (code === undefined || script.cachedDataRejected === true);
  files.set(path, { path, bytes, script, module, isNew });
  const nodes = createRequire(path);
  const own = (id: string): unknown =>
    id.startsWith('./') ? load(join(dirname(path), id), folderOnce, files) : withUsualBudget((): unknown => nodes(id));
  (script.runInThisContext() as Wrapped)(module.exports, Object.assign(own, nodes), module, path, dirname(path));
  return module.exports;
}

/** A machine that is there for one job would pay for what no other run reads. */
function keepNew(folder: string, files: readonly File[]): void {
  const fresh = files.filter(({ isNew }) => isNew);
  if (fresh.length === 0 || (process.env.CI ?? '') !== '' || !openForCode(folder)) return;
  for (const { path, bytes, script } of fresh) writeCode(folder, path, bytes, script.createCachedData());
  removeOldCode(folder);
}

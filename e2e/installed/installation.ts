/** The package as people get it: packed, and installed into an empty folder. */
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, readdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

export interface Installation {
  /** The path of what was installed. */
  readonly tarball: string;
  /** The empty folder that it was installed into; people's files go beside it. */
  readonly folder: string;
  /** The path of an installed command: `kapply`, `kubectl-kapply`. */
  readonly command: (name: string) => string;
  /** The names of all installed packages. */
  readonly packages: readonly string[];
  /** All installed files, in bytes. */
  readonly bytes: number;
}

let installed: Promise<Installation> | undefined;

/** The installation that all tests of this process share: packing builds the program. It goes when the process does. */
export function install(): Promise<Installation> {
  installed ??= packAndInstall();
  return installed;
}

/** Installs the tarball that KAPPLY_TARBALL names, or one of this tree, as `npm install kapply` would. */
async function packAndInstall(): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'kapply-installed-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const tarball = process.env.KAPPLY_TARBALL ?? (await pack(folder));
  await writeFile(join(folder, 'package.json'), '{"private": true}\n');
  await run('npm', ['install', '--no-audit', '--no-fund', tarball], { cwd: folder });
  const modules = join(folder, 'node_modules');
  return {
    tarball,
    folder,
    command: (name) => join(modules, '.bin', name),
    packages: await packagesIn(modules),
    bytes: await bytesIn(modules),
  };
}

/** Packs this tree into a folder (`npm pack` builds it), and returns the path of the tarball. */
async function pack(folder: string): Promise<string> {
  const packed = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root, maxBuffer: 64e6 });
  const [tarball] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  if (tarball === undefined) throw new Error(`npm pack made no tarball: ${packed.stdout}`);
  return join(folder, tarball);
}

async function packagesIn(modules: string): Promise<string[]> {
  const names = (await readdir(modules)).filter((name) => !name.startsWith('.'));
  const nested = await Promise.all(
    names.map(async (name) =>
      name.startsWith('@') ? (await readdir(join(modules, name))).map((sub) => `${name}/${sub}`) : [name],
    ),
  );
  return nested.flat().sort();
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Folders of manifests for a scenario, in a temporary place. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Files by their path below the folder. */
export type Tree = Readonly<Record<string, string>>;

const folders: string[] = [];
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A new folder that goes with the process. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kapply-scenario-'));
  folders.push(folder);
  return folder;
}

/** Writes the files, over what is there. */
export async function writeTree(folder: string, tree: Tree): Promise<string> {
  for (const [path, text] of Object.entries(tree)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return folder;
}

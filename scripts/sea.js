/**
 * Makes the single executable: Node with kapply in it, for machines that have no Node. It is for the platform of the Node
 * that runs this script, and holds that Node. `npm run build` comes first.
 *
 *   node scripts/sea.js FOLDER    leaves FOLDER/kapply (kapply.exe on Windows), and beside it the licences that go with it
 *
 * https://nodejs.org/api/single-executable-applications.html
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { inject } from 'postject';
import { executableOptions } from './bundle.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const BLOB = 'NODE_SEA_BLOB';
/** What Node looks for in itself at every start: postject flips the digit behind it. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
const ASSETS = ['package.json', 'oclif.manifest.json'];

/** @param {string} work a folder for what is made on the way @returns {Promise<Buffer>} what goes into Node */
async function blob(work) {
  const main = join(work, 'kapply.cjs');
  const output = join(work, 'blob');
  await build({ ...executableOptions(root), outfile: main });
  const config = {
    main,
    output,
    disableExperimentalSEAWarning: true,
    // Only this very Node understands what V8 has compiled: a third of the start.
    useCodeCache: true,
    assets: Object.fromEntries(ASSETS.map((name) => [name, join(root, name)])),
  };
  await writeFile(join(work, 'sea.json'), JSON.stringify(config));
  execFileSync(process.execPath, ['--experimental-sea-config', join(work, 'sea.json')], { stdio: 'ignore' });
  return readFile(output);
}

/** Apple's loader starts nothing whose signature does not fit, and what is put in breaks Node's own. */
function sign(/** @type {string[]} */ ...args) {
  if (process.platform === 'darwin') execFileSync('codesign', args, { stdio: 'inherit' });
}

/** Node's licence has to go wherever Node goes: its archives have it beside bin/, those for Windows beside node.exe. */
function nodeLicence() {
  const folder = dirname(process.execPath);
  const places = [join(folder, '../LICENSE'), join(folder, 'LICENSE'), join(folder, '../share/doc/nodejs/LICENSE')];
  const found = [...places, join(folder, '../share/doc/nodejs/copyright')].find((place) => existsSync(place));
  if (found === undefined) throw new Error(`no licence of Node in ${places.join(', ')}`);
  return found;
}

const [destination] = process.argv.slice(2);
if (destination === undefined) throw new Error('usage: node scripts/sea.js FOLDER');
const folder = resolve(destination);
const executable = join(folder, process.platform === 'win32' ? 'kapply.exe' : 'kapply');
const work = await mkdtemp(join(tmpdir(), 'kapply-sea-'));
try {
  await mkdir(folder, { recursive: true });
  if (!(await readFile(process.execPath)).includes(FUSE))
    throw new Error(`${process.execPath} cannot become an executable of its own; the builds of nodejs.org can`);
  const content = await blob(work);
  await copyFile(process.execPath, executable);
  await chmod(executable, 0o755);
  sign('--remove-signature', executable);
  const macho = process.platform === 'darwin' ? { machoSegmentName: 'NODE_SEA' } : {};
  await inject(executable, BLOB, content, { sentinelFuse: FUSE, ...macho });
  sign('--sign', '-', executable);
  await copyFile(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  await copyFile(join(root, 'dist/LICENCES.txt'), join(folder, 'LICENCES.txt'));
  await copyFile(nodeLicence(), join(folder, 'LICENCE-node.txt'));
  console.log(`${executable}: ${execFileSync(executable, ['--version']).toString().trim()}`);
} finally {
  await rm(work, { recursive: true });
}

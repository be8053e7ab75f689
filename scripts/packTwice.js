/**
 * Packs what is published, twice: from this tree, and from a copy of its sources in another folder. The two tarballs must
 * be the same to the byte: then anybody can build a release again from its tag and compare. Prints the SHA-256, or what
 * differs and exits 1.
 *
 *   node scripts/packTwice.js FOLDER           builds both, and leaves FOLDER/kapply.tgz
 *   node scripts/packTwice.js FOLDER --built   this tree has just been built
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const tree = fileURLToPath(new URL('..', import.meta.url));
// npm is a script of its own on Windows, and is started by a shell there.
const npm = { stdio: /** @type {const} */ (['ignore', 'ignore', 'inherit']), shell: process.platform === 'win32' };

/** @param {string} folder @param {string} destination @param {string[]} options @returns {string} the tarball's path */
function pack(folder, destination, options = []) {
  mkdirSync(destination, { recursive: true });
  execFileSync('npm', ['pack', '--silent', '--pack-destination', destination, ...options], { ...npm, cwd: folder });
  const [tarball] = readdirSync(destination).filter((name) => name.endsWith('.tgz'));
  if (tarball === undefined) throw new Error(`npm pack made no tarball in ${destination}`);
  return join(destination, tarball);
}

/** Copies what git knows of, and nothing that lies about, into a folder whose path has other lengths and another src. */
function copyOf(/** @type {string} */ home) {
  const copy = join(home, 'src', 'a-copy-of-kapply');
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: tree });
  for (const file of listed
    .toString()
    .split('\0')
    .filter((name) => name !== '' && existsSync(join(tree, name))))
    cpSync(join(tree, file), join(copy, file), { recursive: true });
  rmSync(join(copy, 'node_modules'), { force: true });
  symlinkSync(join(tree, 'node_modules'), join(copy, 'node_modules'), 'junction');
  return copy;
}

/** @param {string} folder @returns {Map<string, string>} the published files, by their paths */
function built(folder) {
  const names = readdirSync(join(folder, 'dist'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    [...names, join(folder, 'oclif.manifest.json')].map((name) => [name.slice(folder.length), sha256(name)]),
  );
}

/** @param {string} file */
function sha256(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

const [destination, ...options] = process.argv.slice(2);
if (destination === undefined) throw new Error('usage: node scripts/packTwice.js FOLDER [--built]');
const home = mkdtempSync(join(tmpdir(), 'kapply-pack-'));
try {
  const first = pack(tree, join(home, 'first'), options.includes('--built') ? ['--ignore-scripts'] : []);
  const copy = copyOf(home);
  const second = pack(copy, join(home, 'second'));
  if (sha256(first) === sha256(second)) {
    mkdirSync(resolve(destination), { recursive: true });
    cpSync(first, join(destination, 'kapply.tgz'));
    console.log(`packed twice, the same bytes: SHA-256 ${sha256(first)}`);
  } else {
    const [here, there] = [built(tree.replace(/[\\/]$/, '')), built(copy)];
    const differing = [...new Set([...here.keys(), ...there.keys()])].filter(
      (name) => here.get(name) !== there.get(name),
    );
    console.error(
      `two packings differ${differing.length > 0 ? `, in:\n${differing.join('\n')}` : ' beside what is built'}`,
    );
    process.exitCode = 1;
  }
} finally {
  rmSync(home, { recursive: true, force: true });
}

/**
 * What a release needs besides what is built: docs/releasing.md.
 *
 *   node scripts/releaseFiles.js version TAG        prints version=X.Y.Z, if package.json and the changelog have it too
 *   node scripts/releaseFiles.js notes TAG          prints what the changelog says of it
 *   node scripts/releaseFiles.js fill TAG FOLDER    writes FOLDER/SHA256SUMS, and what packaging/ has, with sums filled in
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
/** @param {string} name */
const read = (name) => readFileSync(join(root, name), 'utf8');

/**
 * The version that a tag means.
 * @param {string} tag @param {string} packaged the version in package.json
 * @returns {string}
 */
export function versionOf(tag, packaged) {
  const version = /^v(\d+\.\d+\.\d+(?:-[0-9A-Za-z.]+)?)$/.exec(tag)?.[1];
  if (version === undefined) throw new Error(`${tag} is no tag of a release: v1.2.3 or v1.2.3-rc.1`);
  if (version !== packaged) throw new Error(`the tag says ${version}, package.json ${packaged}`);
  return version;
}

/**
 * What the changelog says of a version, without its heading.
 * @param {string} changelog @param {string} version
 * @returns {string}
 */
export function notesOf(changelog, version) {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => text.split(/\s/, 1)[0] === version);
  if (section === undefined) throw new Error(`CHANGELOG.md has no section "## ${version}"`);
  return `${section.slice(section.indexOf('\n')).trim()}\n`;
}

/**
 * Fills in a template: `@VERSION@`, and `@SHA256:name@` for the sum of a file.
 * @param {string} template @param {string} version @param {ReadonlyMap<string, string>} sums by the files' names
 * @returns {string}
 */
export function fill(template, version, sums) {
  return template.replaceAll('@VERSION@', version).replace(/@SHA256:([^@]+)@/g, (_, name) => {
    const sum = sums.get(name);
    if (sum === undefined) throw new Error(`${name} is not in the release: ${[...sums.keys()].join(', ')}`);
    return sum;
  });
}

/** @param {string} version @param {string} folder */
function writeReleaseFiles(version, folder) {
  const sums = new Map(
    readdirSync(folder).map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ]),
  );
  writeFileSync(join(folder, 'SHA256SUMS'), [...sums].map(([name, sum]) => `${sum}  ${name}\n`).join(''));
  for (const name of readdirSync(join(root, 'packaging')))
    writeFileSync(join(folder, name), fill(read(join('packaging', name)), version, sums));
}

function main(/** @type {string[]} */ [verb, tag = '', folder]) {
  const version = versionOf(tag, JSON.parse(read('package.json')).version);
  const notes = notesOf(read('CHANGELOG.md'), version);
  if (verb === 'version') console.log(`version=${version}`);
  else if (verb === 'notes') console.log(notes);
  else if (verb === 'fill' && folder !== undefined) writeReleaseFiles(version, folder);
  else throw new Error('usage: node scripts/releaseFiles.js version TAG | notes TAG | fill TAG FOLDER');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main(process.argv.slice(2));

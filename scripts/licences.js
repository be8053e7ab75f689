/** The packages that are bundled: their licence texts must go wherever their code goes, and people ask what they are. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const PACKAGE = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/** What may be given away inside a program under Apache-2.0, on no other condition than that the text goes with it. */
const PERMISSIVE = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT']);

/**
 * @typedef {object} Bundled
 * @property {string} name
 * @property {string} version
 * @property {string} licence an SPDX identifier
 * @property {string} text of its licence, and of its notices
 */

/**
 * The folders of the packages whose files are in a bundle.
 * @param {import('esbuild').Metafile} metafile
 * @returns {string[]}
 */
export function bundledFolders(metafile) {
  // `deferred:…` is a few lines of ours that call the package, which stands there under its own name as well.
  const files = Object.keys(metafile.inputs).filter((file) => !/^[\w-]{2,}:/.test(file));
  const folders = files.flatMap((file) => PACKAGE.exec(file)?.[1] ?? []);
  return [...new Set(folders)].sort();
}

/**
 * Name, version and licence of each, once. Throws where a licence does not allow it, or its text is not there.
 * @param {string} root the folder that the package folders are relative to
 * @param {readonly string[]} folders
 * @returns {Promise<Bundled[]>}
 */
export async function bundledPackages(root, folders) {
  /** @type {Map<string, Bundled>} */
  const packages = new Map();
  for (const folder of folders) {
    const path = join(root, folder);
    const { name, version, license: licence } = JSON.parse(await readFile(join(path, 'package.json'), 'utf8'));
    if (!PERMISSIVE.has(licence)) throw new Error(`${folder} is under ${String(licence)}: it cannot be bundled unseen`);
    const files = (await readdir(path)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
    if (files.length === 0) throw new Error(`${folder} brings no text of its licence, which has to go with its code`);
    const texts = await Promise.all(files.map((file) => readFile(join(path, file), 'utf8')));
    const text = texts.map((part) => part.trim()).join('\n\n');
    packages.set(`${name} ${version}`, { name, version, licence, text });
  }
  return [...packages.values()];
}

/**
 * One text with name, version, licence and licence text of each package.
 * @param {readonly Bundled[]} packages
 * @returns {string}
 */
export function licenceTexts(packages) {
  const line = `\n\n${'-'.repeat(80)}\n\n`;
  const sections = packages.map(({ name, version, licence, text }) => `${name} ${version} (${licence})\n\n${text}`);
  return `kapply contains these packages:${line}${sections.join(line)}\n`;
}

/**
 * The bill of materials in CycloneDX' form (https://cyclonedx.org/docs/1.6/json/). `npm sbom` would list what is installed
 * to build; this is what is in the program. It has no date and no number of its own, so that two builds are the same.
 * @param {{ name: string, version: string, license: string }} program
 * @param {readonly Bundled[]} packages
 * @returns {object}
 */
export function billOfMaterials(program, packages) {
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: component('application', program.name, program.version, program.license) },
    components: packages.map(({ name, version, licence }) => component('library', name, version, licence)),
  };
}

/** @param {string} type @param {string} name @param {string} version @param {string} licence */
function component(type, name, version, licence) {
  // https://github.com/package-url/purl-spec: the @ of a scope is encoded, its slash is not.
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  return { type, 'bom-ref': purl, name, version, licenses: [{ license: { id: licence } }], purl };
}

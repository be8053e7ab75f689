/** The licence texts of every package that is bundled: they must go wherever its code goes. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const PACKAGE = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/**
 * The folders of the packages whose files are in a bundle.
 * @param {import('esbuild').Metafile} metafile
 * @returns {string[]}
 */
export function bundledPackages(metafile) {
  const folders = Object.keys(metafile.inputs).flatMap((file) => PACKAGE.exec(file)?.[1] ?? []);
  return [...new Set(folders)].sort();
}

/**
 * One text with name, version, licence and licence text of each package.
 * @param {string} root the folder that the package folders are relative to
 * @param {readonly string[]} folders
 * @returns {Promise<string>}
 */
export async function licenceTexts(root, folders) {
  /** @type {Map<string, string>} */
  const sections = new Map();
  for (const folder of folders) {
    const path = join(root, folder);
    const { name, version, license } = JSON.parse(await readFile(join(path, 'package.json'), 'utf8'));
    const files = (await readdir(path)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
    const texts = await Promise.all(files.map((file) => readFile(join(path, file), 'utf8')));
    if (typeof license !== 'string') throw new Error(`${folder} names no licence`);
    const text = texts.length > 0 ? texts.map((part) => part.trim()).join('\n\n') : `(its package holds no text)`;
    sections.set(`${name} ${version}`, `${name} ${version} (${license})\n\n${text}`);
  }
  const line = `\n\n${'-'.repeat(80)}\n\n`;
  return `kapply contains these packages:${line}${[...sections.values()].join(line)}\n`;
}

/**
 * An object as YAML to be compared line by line. kustomize prints a text in quotes, on one line, where a block would not
 * keep it (blanks at the end of a line, tabs, emoji): a changed line of a file of 200 would show as the whole file, twice.
 */
import { KapplyError } from '../../errors.js';
import { mapTexts } from '../../objects/mapTexts.js';
import type { KubeObject } from '../../objects/object.js';
import { showControls } from '../untrusted.js';

/** Texts of several lines stand as blocks, whatever is in them; blanks at the end of a line, and controls, as escapes. */
export function linesOfObject(object: KubeObject, toYaml: (object: KubeObject) => string): string {
  const blocks: string[] = [];
  const marked = mapTexts(object, (text) => {
    const shown = showControls(text).replace(/[ \t]+$/gm, (blanks) =>
      blanks.replaceAll(' ', '\\x20').replaceAll('\t', '\\x09'),
    );
    if (!shown.includes('\n')) return shown;
    blocks.push(shown);
    return `${MARK}${blocks.length - 1}-`;
  });
  return yamlOf(marked, toYaml, object).replace(
    MARKED,
    (_line, start: string, dashes: string, name: string, index: string) => {
      const indent = ' '.repeat(start.length + dashes.length + 2);
      return `${start}${dashes}${name}${block(blocks[Number(index)] ?? '', indent)}`;
    },
  );
}

/** A key with a control character, which YAML cannot carry, must not end a diff of everything. */
function yamlOf(marked: KubeObject, toYaml: (object: KubeObject) => string, object: KubeObject): string {
  try {
    return toYaml(marked);
  } catch (error) {
    if (!(error instanceof KapplyError)) throw error;
    return `${JSON.stringify(object, null, 2)}\n`;
  }
}

/** Letters and dashes: YAML does not quote it. */
const MARK = 'kapply-block-of-text-';
const MARKED = new RegExp(`^( *)((?:- )*)(.*?)${MARK}(\\d+)-$`, 'gm');

function block(text: string, indent: string): string {
  const lines = text.replace(/\n$/, '').split('\n');
  const chomping = text.endsWith('\n\n') ? '+' : text.endsWith('\n') ? '' : '-';
  return [`|${chomping}`, ...lines.map((line) => (line === '' ? '' : indent + line))].join('\n');
}

/** docs/uses.md prints the tables that the program and its promises go by. UPDATE_GOLDEN=1 writes them, prettier aligns. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { REFERENCE_TABLE } from '../../../src/engine/uses/referenceTable.js';
import { CONFIG_FORMS, OTHER_FORMS, PLAIN_CONFIG_FORMS, type UseForm } from '../../promises/useForms.js';

const file = new URL('../../../docs/uses.md', import.meta.url);

function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

function referenceRows(): string[][] {
  return REFERENCE_TABLE.map(({ from, path, to, namespace, kindBeside, where, pattern }) => {
    const target = to === '*' ? 'what `kind` says' : `${to}${kindBeside === true ? ', or what `kind` says' : ''}`;
    const made = pattern?.includes('OWNER') === true ? 'NAME-OWNER-0, NAME-OWNER-1 and so on' : pattern;
    const named = made === undefined ? target : `${target}, as ${made}`;
    const only = where === undefined ? '' : `, where \`${where.list}\` has \`${where.has}\``;
    const place = ['own', 'cluster', 'any'].includes(namespace) ? namespace : `\`${namespace}\``;
    return [from, `\`${path}\`${only}`, named, place];
  });
}

/** An example without what the API server wants besides. */
function formRows(forms: readonly UseForm[]): string[][] {
  return forms.map(({ of, form, isUse, example }) => [
    of.slice(of.indexOf(' ') + 1),
    form,
    isUse ? 'yes' : 'no',
    `\`${example.replace(/, image: x\.example\.com\/.\b/g, '')}\``,
  ]);
}

const FORM_HEADS = ['named', 'how', 'a use', 'example'];
const TABLES: Readonly<Record<string, string>> = {
  references: markdownTable(['who names', 'where', 'what', 'namespace'], referenceRows()),
  'config forms': markdownTable(FORM_HEADS, formRows(CONFIG_FORMS)),
  'other forms': markdownTable(FORM_HEADS, formRows([...PLAIN_CONFIG_FORMS, ...OTHER_FORMS])),
};

/** A table without the blanks and dashes that align it. */
function unaligned(text: string): string {
  return text.replace(/ +\|/g, ' |').replace(/-{3,}/g, '---');
}

describe('docs/uses.md', () => {
  it('prints the tables as they are', () => {
    const text = readFileSync(file, 'utf8');
    let wanted = text;
    for (const [name, table] of Object.entries(TABLES)) {
      const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
      assert.ok(text.includes(begin) && text.includes(end), name);
      const [before = '', rest = ''] = wanted.split(begin);
      wanted = `${before}${begin}\n\n${table}\n\n${end}${rest.split(end)[1] ?? ''}`;
    }
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, wanted);
    else assert.equal(unaligned(text), unaligned(wanted), 'UPDATE_GOLDEN=1 writes the tables');
  });
});

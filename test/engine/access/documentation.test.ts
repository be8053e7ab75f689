/** docs/permissions.md prints the rules that the program and its promises go by. UPDATE_GOLDEN=1 writes them, prettier aligns. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { accessRules, COMMANDS, type CommandWord } from '../../../src/engine/access/commandRules.js';
import { policyRules } from '../../../src/engine/access/policyRules.js';
import { pruneRules } from '../../../src/engine/prune/schedule.js';

const file = new URL('../../../docs/permissions.md', import.meta.url);
const SECTION = /(<!-- commands -->\n)[^]*?(<!-- \/commands -->)/;

/** Without what prettier aligns. */
const unaligned = (text: string): string => text.replace(/\s+/g, '').replace(/-{3,}/g, '---');

function sectionOf(command: CommandWord): string {
  const rows = accessRules(command).map(({ apiGroups: [group = ''], resources, verbs, why, without }) => {
    const names = resources
      .map((resource) => `\`${resource}${group === '' || group === '*' ? '' : `.${group}`}\``)
      .join(', ');
    return `| ${names.replaceAll('`*`', 'everything')} | ${verbs.join(', ')} | ${why} | ${without} |`;
  });
  const quoted = (names: readonly string[]): string =>
    names.map((name) => (/^[a-z]+$/.test(name) ? name : `'${name}'`)).join(', ');
  const rules = policyRules(command).flatMap(({ apiGroups, resources, verbs }) => [
    `  - apiGroups: [${quoted(apiGroups)}]`,
    `    resources: [${quoted(resources)}]`,
    `    verbs: [${verbs.join(', ')}]`,
  ]);
  return [
    `## \`${command}\``,
    '',
    '| resources | verbs | what for | without |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    '```yaml',
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: Role',
    `metadata: { name: kapply-${command.replaceAll(/[^a-z]+/g, '-')} }`,
    'rules:',
    ...rules,
    '```',
    '',
  ].join('\n');
}

describe('docs/permissions.md', () => {
  it('prints the rules of each command', () => {
    const text = readFileSync(file, 'utf8');
    const wanted = text.replace(
      SECTION,
      (_, open: string, close: string) => `${open}\n${COMMANDS.map(sectionOf).join('\n')}\n${close}`,
    );
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, wanted);
    else assert.equal(unaligned(text), unaligned(wanted), 'UPDATE_GOLDEN=1 writes the rules');
  });

  it('has the role that kapply schedule prints', () => {
    assert.deepEqual(pruneRules(), policyRules('prune'));
  });
});

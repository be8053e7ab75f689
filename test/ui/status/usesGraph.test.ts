import assert from 'node:assert/strict';
import type { UsedObject } from '../../../src/engine/status/readUses.js';
import { dotText, mermaidText, usesGraph } from '../../../src/ui/status/usesGraph.js';

/** Names that a server which lies, or an aggregated one, may send. */
const HOSTILE = [
  'a"]; click n0 "javascript:alert(1)',
  'x\\"; } evil [',
  'line\nbreak',
  '\u001b[31mred',
  '<img src=x>',
  'a#b;&c',
];

const used = (name: string): UsedObject => {
  const id = { group: '', kind: 'ConfigMap', namespace: 'shop', name };
  const user = { group: '', kind: 'Pod', namespace: 'shop', name };
  return {
    ...id,
    exists: true,
    state: 'inUse',
    reason: '',
    users: [{ user, root: user, words: '', revision: undefined, active: true, through: [`spec.${name}`] }],
  };
};

describe('usesGraph', () => {
  for (const name of HOSTILE) {
    it(`keeps ${JSON.stringify(name)} inside its label`, () => {
      const graph = usesGraph([used(name)]);
      const mermaid = mermaidText(graph).trimEnd().split('\n');
      assert.equal(mermaid.length, 4);
      const label = '"[^"<>\\p{Cc}]*"';
      assert.match(mermaid[1]!, new RegExp(`^  n0\\[${label}\\]$`, 'u'));
      assert.match(mermaid[3]!, new RegExp(`^  n1 -->\\|${label}\\| n0$`, 'u'));
      const dot = dotText(graph).trimEnd().split('\n');
      assert.equal(dot.length, 7);
      // A quoted string of DOT ends at the first quote that no backslash precedes.
      assert.match(dot[3]!, /^ {2}n0 \[label="(?:[^"\\]|\\.)*"\];$/);
      assert.match(dot[5]!, /^ {2}n1 -> n0 \[label="(?:[^"\\]|\\.)*"\];$/);
    });
  }
});

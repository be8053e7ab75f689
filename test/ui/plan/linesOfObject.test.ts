import assert from 'node:assert/strict';
import { emitYaml } from '../../../src/render/yaml/emit.js';
import type { Json, KubeObject } from '../../../src/objects/object.js';
import { linesOfObject } from '../../../src/ui/plan/linesOfObject.js';

const show = (data: Json): string[] =>
  linesOfObject({ apiVersion: 'v1', kind: 'ConfigMap', data } as unknown as KubeObject, (object) =>
    emitYaml(object as unknown as Json),
  ).split('\n');

describe('linesOfObject', () => {
  const texts: readonly (readonly [text: string, lines: readonly string[]])[] = [
    ['a\nb\n', ['  f: |', '    a', '    b']],
    ['a\nb', ['  f: |-', '    a', '    b']],
    ['a\n\n\n', ['  f: |+', '    a', '', '']],
    ['a  \nb\t\n \t\nc\n', ['  f: |', '    a\\x20\\x20', '    b\\x09', '    \\x20\\x09', '    c']],
    ['a\r\nb\r\n', ['  f: |', '    a\\x0d', '    b\\x0d']],
    ['\ta\tb\n🚀\n', ['  f: |', '    \ta\tb', '    🚀']],
    ['a\u2028b\nc\n', ['  f: |', '    a\\u{2028}b', '    c']],
    ['# a\n- b: c\n', ['  f: |', '    # a', '    - b: c']],
    ['\u001b[2Kgone\nb\n', ['  f: |', '    \\x1b[2Kgone', '    b']],
  ];
  for (const [text, lines] of texts) {
    it(`shows ${JSON.stringify(text)} line by line`, () => {
      assert.deepEqual(show({ f: text }), ['apiVersion: v1', 'data:', ...lines, 'kind: ConfigMap', '']);
    });
  }

  it('indents below lists, and below lists in lists', () => {
    assert.deepEqual(show({ f: ['a\nb\n', { g: 'c\nd\n' }] }).slice(2, -2), [
      ...['  f:', '  - |', '      a', '      b', '  - g: |', '      c', '      d'],
    ]);
    assert.deepEqual(show([['a\nb\n']]).slice(1, -2), ['data:', '- - |', '      a', '      b']);
  });

  it('shows JSON where a key cannot stand in YAML', () => {
    const lines = show({ ['a\u007fb']: 'x\ny\n' });
    assert.ok(lines.includes('    "a\u007fb": "x\\ny\\n"'), lines.join('\n'));
  });

  it('leaves texts of one line as YAML has them', () => {
    assert.deepEqual(show({ f: 'yes', g: 'a: b', h: '' }).slice(2, -2), ['  f: "yes"', "  g: 'a: b'", '  h: ""']);
  });
});

import assert from 'node:assert/strict';
import { positionOf } from '../../../src/render/yaml/position.js';

const TEXT = `# first
a:
  b:
  - c: 1
  - {d: 2, e: [x,
      y]}
---
z: 1
x: {y: 2}
`;

describe('positionOf', () => {
  const table: readonly [document: number, path: (string | number)[], line: number | undefined, column?: number][] = [
    [0, ['a'], 2, 1],
    [0, ['a', 'b', 0, 'c'], 4, 5],
    [0, ['a', 'b', 1, 'e', 1], 6, 7],
    [0, ['a', 'b', 7, 'e'], 3, 3],
    [1, ['x', 'y'], 9, 5],
    [1, ['nothing'], undefined],
    [2, ['a'], undefined],
  ];
  for (const [document, path, line, column] of table) {
    it(`finds ${path.join('.')} of document ${document}`, () => {
      assert.deepEqual(positionOf(TEXT, document, path, 'resource'), line === undefined ? undefined : { line, column });
    });
  }

  it('finds nothing in a text that cannot be read', () =>
    assert.equal(positionOf('a: [', 0, ['a'], 'manifest'), undefined));
});

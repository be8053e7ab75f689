import assert from 'node:assert/strict';
import fc from 'fast-check';
import { groupBy } from '../../src/objects/groupBy.js';

describe('groupBy', () => {
  it('keeps every item once, with those of its key, in the order in which they came', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', '__proto__', 'constructor')), (keys) => {
        const items = keys.map((key, at) => ({ key, at }));
        const groups = groupBy(items, ({ key }) => key);
        assert.deepEqual(
          groups.map(([{ key }]) => key),
          [...new Set(keys)],
        );
        for (const group of groups) {
          assert.deepEqual(
            group,
            items.filter(({ key }) => key === group[0].key),
          );
        }
      }),
    );
  });
});

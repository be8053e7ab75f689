import assert from 'node:assert/strict';
import fc from 'fast-check';
import { strategicMerge } from '../../../src/render/merge/strategicMerge.js';
import { OpenApi } from '../../../src/render/openApi/openApi.js';
import { type Tree, type TreeMap, cloneTree, isMap } from '../../../src/render/resources/tree.js';

const openApi = await OpenApi.load();

function pod(spec: TreeMap): TreeMap {
  return { apiVersion: 'v1', kind: 'Pod', spec };
}

const scalar = fc.oneof(fc.string({ maxLength: 3 }), fc.integer({ min: 0, max: 3 }), fc.boolean());
const key = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor');
const tree = fc.letrec<{ map: TreeMap; value: Tree }>((tie) => ({
  map: fc.dictionary(key, tie('value'), { maxKeys: 4 }),
  value: fc.oneof({ maxDepth: 3 }, scalar, tie('map'), fc.array(scalar, { maxLength: 3 })),
}));

/** Whether a map of one stands where the other has none: what a merge refuses. */
function collide(left: Tree | undefined, right: Tree | undefined): boolean {
  if (left === undefined || right === undefined) return false;
  if (isMap(left) && isMap(right)) {
    return Object.keys(left).some((name) => Object.hasOwn(right, name) && collide(left[name], right[name]));
  }
  return isMap(left) !== isMap(right) || Array.isArray(left) !== Array.isArray(right);
}

describe('strategicMerge', () => {
  it('of an empty patch changes nothing', () => {
    fc.assert(
      fc.property(tree.map, (target) =>
        assert.deepEqual(strategicMerge(cloneTree(target), {}, openApi), cloneTree(target)),
      ),
    );
  });

  it('of a patch with itself is the patch', () => {
    fc.assert(
      fc.property(tree.map, (patch) =>
        assert.deepEqual(strategicMerge(cloneTree(patch), cloneTree(patch), openApi), cloneTree(patch)),
      ),
    );
  });

  it('done twice is as done once, for kinds without a schema', () => {
    fc.assert(
      fc.property(tree.map, tree.map, (target, patch) => {
        fc.pre(!collide(target, patch));
        const once = strategicMerge(cloneTree(target), cloneTree(patch), openApi) as TreeMap;
        assert.deepEqual(strategicMerge(cloneTree(once), cloneTree(patch), openApi), once);
      }),
    );
  });

  it('puts elements of the patch first, and those of the target where they were', () => {
    const target = pod({
      containers: [
        { name: 'a', image: '1' },
        { name: 'b', image: '1' },
      ],
    });
    const patch = pod({
      containers: [
        { name: 'c', image: '2' },
        { name: 'b', image: '2' },
      ],
    });
    assert.deepEqual((strategicMerge(target, patch, openApi)?.spec as TreeMap).containers, [
      { name: 'c', image: '2' },
      { name: 'b', image: '2' },
      { name: 'a', image: '1' },
    ]);
  });

  it('puts them last where it is told to', () => {
    const target = pod({ containers: [{ name: 'a' }] });
    const merged = strategicMerge(target, pod({ containers: [{ name: 'c' }] }), openApi, 'patch-last');
    assert.deepEqual((merged?.spec as TreeMap).containers, [{ name: 'a' }, { name: 'c' }]);
  });

  it('refuses a map where a list is', () => {
    assert.throws(
      () => strategicMerge(pod({ containers: [] }), pod({ containers: {} }), openApi),
      /the object has a list at spec.containers, the patch has something else/,
    );
  });
});

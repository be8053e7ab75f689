import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  givenUp,
  hasPath,
  isEmptyTree,
  pathsOf,
  removeFields,
  subtract,
  unite,
  type FieldTree,
} from '../../../src/engine/plan/fieldTree.js';
import type { KubeObject } from '../../../src/objects/object.js';

const tree = fc
  .array(fc.array(fc.constantFrom('f:a', 'f:b', 'f:c', 'k:{"name":"x"}', 'v:"y"'), { minLength: 1, maxLength: 4 }), {
    maxLength: 6,
  })
  .map((paths) =>
    paths.map((path) => path.reduceRight<FieldTree>((below, key) => ({ [key]: below }), {})).reduce(unite, {}),
  );

/** Every path of a tree, its inner ones included. */
function all(at: FieldTree, path: readonly string[] = []): string[][] {
  return Object.entries(at).flatMap(([key, child]) => [[...path, key], ...all(child as FieldTree, [...path, key])]);
}

describe('engine/plan/fieldTree', () => {
  it('unite has exactly the paths of both', () => {
    fc.assert(
      fc.property(tree, tree, (a, b) => {
        const both = unite(a, b);
        for (const path of [...all(a), ...all(b)]) assert.ok(hasPath(both, path));
        for (const path of all(both)) assert.ok(hasPath(a, path) || hasPath(b, path));
        assert.deepEqual(unite(a, a), a);
        assert.deepEqual(unite(a, {}), a);
      }),
    );
  });

  it('subtract leaves exactly what the other lacks', () => {
    fc.assert(
      fc.property(tree, tree, (a, b) => {
        const rest = subtract(a, b);
        for (const path of all(a)) if (!hasPath(b, path)) assert.ok(hasPath(rest, path));
        for (const path of all(rest)) {
          assert.ok(hasPath(a, path));
          // What both have is only there as a way to what one has.
          if (hasPath(b, path))
            assert.ok(
              all(rest).some(
                (longer) => longer.length > path.length && path.every((key, index) => longer[index] === key),
              ),
            );
        }
        assert.ok(isEmptyTree(subtract(a, a)));
        assert.deepEqual(subtract(a, {}), a);
      }),
    );
  });

  it('nothing is given up that is applied again, and all that is not', () => {
    fc.assert(
      fc.property(tree, tree, (owned, extra) => {
        assert.ok(isEmptyTree(givenUp(owned, unite(owned, extra))));
        for (const path of all(givenUp(owned, extra))) {
          if (path.at(-1) !== '.') assert.ok(hasPath(owned, path));
        }
        for (const path of all(owned)) if (!hasPath(extra, path)) assert.ok(hasPath(givenUp(owned, extra), path));
      }),
    );
  });

  it('writes paths as the server does', () => {
    const fields = {
      'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"app"}': { '.': {}, 'f:image': {} } } } } },
    };
    assert.deepEqual(pathsOf(fields), ['.spec.template.spec.containers[name="app"].image']);
    assert.deepEqual(pathsOf({ 'f:metadata': { 'f:labels': { 'f:a.b/c': {} }, 'f:finalizers': { 'v:"x"': {} } } }), [
      '.metadata.labels["a.b/c"]',
      '.metadata.finalizers[="x"]',
    ]);
  });

  const object = (spec: unknown): KubeObject => ({ apiVersion: 'v1', kind: 'X', metadata: { name: 'a' }, spec });
  for (const [name, spec, gone, others, expected] of [
    ['a field', { a: 1, b: 2 }, { 'f:a': { '.': {} } }, {}, { b: 2 }],
    ['a field that others own stays', { a: 1 }, { 'f:a': { '.': {} } }, { 'f:a': {} }, { a: 1 }],
    ['a container with its defaults', { a: { x: 1, defaulted: 2 } }, { 'f:a': { '.': {}, 'f:x': {} } }, {}, {}],
    [
      'a container in which others own something',
      { a: { x: 1, y: 2 } },
      { 'f:a': { '.': {}, 'f:x': { '.': {} } } },
      { 'f:a': { 'f:y': {} } },
      { a: { y: 2 } },
    ],
    [
      'an item by its key',
      { l: [{ name: 'x' }, { name: 'y' }] },
      { 'f:l': { 'k:{"name":"x"}': { '.': {} } } },
      {},
      { l: [{ name: 'y' }] },
    ],
    [
      'an item whose key has a default',
      { l: [{ port: 1 }, { port: 2, protocol: 'UDP' }] },
      { 'f:l': { 'k:{"port":1,"protocol":"TCP"}': { '.': {} } } },
      {},
      { l: [{ port: 2, protocol: 'UDP' }] },
    ],
    ['an item by its value', { l: ['x', 'y'] }, { 'f:l': { 'v:"x"': { '.': {} } } }, {}, { l: ['y'] }],
    ['nothing of what is not there', { b: 1 }, { 'f:a': { '.': {} } }, {}, { b: 1 }],
  ] as const) {
    it(`takes away ${name}`, () => {
      const before = object(spec);
      const copy = structuredClone(before);
      // A leaf of others owns all below it.
      const theirs = Object.keys(others).length === 0 ? {} : { 'f:spec': others };
      assert.deepEqual(removeFields(before, { 'f:spec': gone }, theirs).spec, expected);
      assert.deepEqual(before, copy);
    });
  }
});

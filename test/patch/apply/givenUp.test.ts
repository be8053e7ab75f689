import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { KubeObject } from '../../../src/objects/object.js';
import { fieldSet, hasField, leadsTo, NO_FIELDS, pathsOf, union } from '../../../src/patch/apply/fieldSet.js';
import { parseFieldsV1 } from '../../../src/patch/apply/fieldsV1.js';
import { givenUp, withoutFields } from '../../../src/patch/apply/givenUp.js';

const path = fc.array(fc.constantFrom('f:a', 'f:b', 'f:c', 'k:{"name":"x"}', 'v:"y"'), { minLength: 1, maxLength: 4 });
const set = fc.array(path, { maxLength: 6 }).map((paths) => fieldSet(...paths));

describe('givenUp', () => {
  it('gives up nothing that is applied again, and all that is not', () => {
    fc.assert(
      fc.property(set, set, (owned, applied) => {
        assert.equal(givenUp(owned, union(owned, applied)).size, 0);
        const gone = givenUp(owned, applied);
        for (const at of pathsOf(gone)) assert.ok(leadsTo(owned, at) && !leadsTo(applied, at));
        for (const at of pathsOf(owned)) assert.equal(hasField(gone, at), !leadsTo(applied, at));
        assert.deepEqual(pathsOf(givenUp(NO_FIELDS, applied)), []);
      }),
    );
  });

  it('gives up a whole container with all that is in it', () => {
    const gone = givenUp(fieldSet(['f:a', 'f:x'], ['f:b', 'f:x'], ['f:b', 'f:y']), fieldSet(['f:b', 'f:y']));
    assert.deepEqual(pathsOf(gone), [['f:a'], ['f:a', 'f:x'], ['f:b', 'f:x']]);
  });

  const object = (spec: unknown): KubeObject => ({ apiVersion: 'v1', kind: 'X', metadata: { name: 'a' }, spec });
  for (const [name, spec, gone, others, expected] of [
    ['a field', { a: 1, b: 2 }, { 'f:a': { '.': {} } }, {}, { b: 2 }],
    ['a field that others own stays', { a: 1 }, { 'f:a': { '.': {} } }, { 'f:a': {} }, { a: 1 }],
    [
      'nothing of a whole that others own',
      { a: { x: 1, y: 2 } },
      { 'f:a': { '.': {}, 'f:x': { '.': {} } } },
      { 'f:a': {} },
      { a: { x: 1, y: 2 } },
    ],
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
      assert.deepEqual(withoutFields(before, parseFieldsV1({ 'f:spec': gone }), parseFieldsV1(theirs)).spec, expected);
      assert.deepEqual(before, copy);
    });
  }
});

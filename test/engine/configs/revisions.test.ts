import assert from 'node:assert/strict';
import { familyKey, familyOf, isRevision, newestFirst } from '../../../src/engine/configs/revisions.js';
import type { KubeObject } from '../../../src/objects/object.js';

describe('engine/configs/revisions', () => {
  for (const [name, family] of [
    ['db-cred-9h2kf8d2tm', 'db-cred'],
    ['cfg-2222222222', 'cfg'],
    ['a-2222222222-4444444444', 'a-2222222222'],
    ['app.conf-6ct58987ht', 'app.conf'],
    ['cfg', undefined],
    ['cfg-222222222', undefined],
    ['cfg-22222222222', undefined],
    // 0, 1, 3, a and e are written g, h, k, m and t.
    ['cfg-2222222221', undefined],
    ['cfg-222222222a', undefined],
    ['cfg-222222222G', undefined],
    ['cfg2222222222', undefined],
    ['-2222222222', undefined],
    ['2222222222', undefined],
    ['', undefined],
    // What controllers append has other letters, and other lengths.
    ['web-6c9f7d5b8c-x2kq7', undefined],
    ['web-6c9f7d5b8c', 'web'],
  ] as const) {
    it(`${name || '""'} is of ${family ?? 'no family'}`, () => assert.equal(familyOf(name), family));
  }

  const id = (kind: string, group = '', name = 'cfg-2222222222') => ({ group, kind, namespace: 'shop', name });

  it('only ConfigMaps and Secrets have revisions', () => {
    assert.deepEqual(
      [
        id('ConfigMap'),
        id('Secret'),
        id('ReplicaSet', 'apps'),
        id('ConfigMap', 'x.example.com'),
        id('ConfigMap', '', 'cfg'),
      ].map(isRevision),
      [true, true, false, false, false],
    );
  });

  it('a family is of one kind and one namespace', () => {
    const keys = [id('ConfigMap'), id('Secret'), { ...id('ConfigMap'), namespace: 'b' }].map(familyKey);
    assert.equal(new Set(keys).size, 3);
    assert.equal(familyKey(id('ConfigMap')), familyKey(id('ConfigMap', '', 'cfg-4444444444')));
    assert.equal(familyKey(id('ReplicaSet', 'apps')), undefined);
  });

  it('sorts by creation, and the same way every time', () => {
    const made = (name: string, creationTimestamp?: string): KubeObject => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, ...(creationTimestamp !== undefined && { creationTimestamp }) },
    });
    const [a, b, c, d] = [
      made('a', '2026-01-02T00:00:00Z'),
      made('b', '2026-01-01T00:00:00Z'),
      made('c', '2026-01-01T00:00:00Z'),
      made('d'),
    ] as const;
    for (const order of [
      [a, b, c, d],
      [d, c, b, a],
      [c, a, d, b],
    ]) {
      assert.deepEqual(
        [...order].sort(newestFirst).map(({ metadata }) => metadata.name),
        ['a', 'c', 'b', 'd'],
      );
    }
  });
});

/** How the operators and add-ons that people run name a config, one object each: with a content hash in its name, and without. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { indexUses, useKey } from '../../../src/engine/uses/uses.js';
import type { KubeObject, ObjectId } from '../../../src/objects/object.js';

interface Row {
  readonly by: string;
  readonly of: 'ConfigMap' | 'Secret';
  /** Where the config lives: shop, where nothing is said. */
  readonly in?: string;
  /** A name that is no generated one's: by the operator's own rule, or made of parts. */
  readonly plainOnly?: true;
  readonly name?: string;
  readonly object: unknown;
}

const rows = parse(
  readFileSync(new URL('../../fixtures/engine/uses/operators.yaml', import.meta.url), 'utf8'),
) as readonly Row[];

/** Every config is listed in all namespaces. */
const LISTED = new Set(['ConfigMap', 'Secret']);

function users(row: Row, name: string): readonly string[] {
  const object = JSON.parse(JSON.stringify(row.object).replace(/\bNAME\b/g, name)) as KubeObject;
  const id: ObjectId = { group: '', kind: row.of, namespace: row.in ?? 'shop', name };
  return (indexUses([object], [id], false, LISTED).get(useKey(id)) ?? []).map(({ words }) => words);
}

describe('the users of a config, as people run clusters', () => {
  rows.forEach((row, index) => {
    it(`${index}: ${row.by} names a ${row.of}`, () => {
      if (row.plainOnly !== true) assert.equal(users(row, 'db-cred-2222222222').length, 1, 'with a hash');
      assert.equal(users(row, row.name ?? 'db-cred').length, 1, 'without a hash');
    });
  });

  it('are none where another config is meant', () => {
    for (const row of rows.filter(({ name }) => name === undefined)) {
      const object = JSON.parse(JSON.stringify(row.object).replace(/\bNAME\b/g, 'db-cred')) as KubeObject;
      for (const name of ['db', 'cred', 'db-cred-x', 'x-db-cred', 'db-cre']) {
        const id: ObjectId = { group: '', kind: row.of, namespace: row.in ?? 'shop', name };
        assert.deepEqual(indexUses([object], [id], false, LISTED), new Map(), `${row.by}: ${name}`);
      }
    }
  });
});

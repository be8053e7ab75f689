/** The records of a sandbox, and what must be true of them at any time. */
import assert from 'node:assert/strict';
import { unpackContent } from '../../../src/engine/records/content.js';
import { isRecord, readRecord, type DeployRecord } from '../../../src/engine/records/record.js';
import type { KubeObject } from '../../../src/objects/object.js';
import type { Sandbox } from '../../../src/sandbox/index.js';

const stored = ({ store }: Sandbox): readonly KubeObject[] => store.list('ConfigMap', {}).filter(isRecord);

/** Newest first. Fails where one cannot be read. */
export function recordsOf(sandbox: Sandbox): DeployRecord[] {
  return stored(sandbox)
    .map((object) => {
      const record = readRecord(object);
      assert.ok(record, `${object.metadata.name} is no record`);
      return record;
    })
    .sort((a, b) => b.number - a.number);
}

/** Each can be read and holds what it says; a number means the same deploy for ever; there are as many as may be. */
export function checkRecords(sandbox: Sandbox, earlier: readonly DeployRecord[], keep: number, what: string): void {
  const records = recordsOf(sandbox);
  for (const object of stored(sandbox)) {
    const { objects } = readRecord(object) ?? { objects: 0 };
    if (objects > 0) assert.equal(unpackContent(object).objects.length, objects, `${what}: ${object.metadata.name}`);
  }
  const newest = Math.max(...earlier.map(({ number }) => number));
  for (const { number, uid } of records.filter((record) => record.number <= newest)) {
    assert.ok(
      earlier.some((one) => one.number === number && one.uid === uid),
      `${what}: number ${number} was used twice`,
    );
  }
  assert.ok(records.length <= 2 * keep, `${what}: ${records.length} records`);
}

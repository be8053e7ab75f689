import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/objects/object.js';
import { hasWithheld, restore, withhold } from '../../../src/engine/records/withhold.js';

const secret = (data: object, more: object = {}) =>
  ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' }, data, ...more }) as unknown as KubeObject;
const workload = (...containers: readonly object[]) =>
  ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { template: { spec: { containers } } },
  }) as unknown as KubeObject;
const config = (data: object) =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cfg' }, data }) as unknown as KubeObject;

const NO_MANIFEST = '{ "kind":   "Secretary", "stringData": null }';

interface Case {
  readonly what: string;
  readonly deployed: KubeObject;
  readonly live: KubeObject | undefined;
  readonly back: KubeObject | undefined;
  readonly lost?: readonly string[];
}

const CASES: readonly Case[] = [
  {
    what: 'the values of a Secret come from the live one, its other keys do not',
    deployed: secret({ a: 'b25l' }),
    live: secret({ a: 'dHdv', b: 'bW9yZQ==' }),
    back: secret({ a: 'dHdv' }),
  },
  {
    what: 'stringData is looked for where the server keeps it',
    deployed: { ...secret({}), stringData: { a: 'one' } },
    live: secret({ a: 'b25l' }),
    back: secret({ a: 'b25l' }),
  },
  {
    what: 'what is gone is lost',
    deployed: secret({ a: 'b25l' }),
    live: undefined,
    back: undefined,
    lost: ['data.a'],
  },
  {
    what: 'a key that the live one lacks is lost',
    deployed: secret({ a: 'b25l', b: 'b25l' }),
    live: secret({ a: 'b25l' }),
    back: undefined,
    lost: ['data.b'],
  },
  {
    what: 'a variable is found by the names of its container and its own, wherever they stand',
    deployed: workload({ name: 'app', env: [{ name: 'TOKEN', value: 'x' }] }),
    live: workload(
      { name: 'sidecar', env: [{ name: 'TOKEN', value: 'theirs' }] },
      {
        name: 'app',
        env: [
          { name: 'A', value: 'a' },
          { name: 'TOKEN', value: 'ours' },
        ],
      },
    ),
    back: workload({ name: 'app', env: [{ name: 'TOKEN', value: 'ours' }] }),
  },
  {
    what: 'a variable of another container is not taken for it',
    deployed: workload({ name: 'app', env: [{ name: 'TOKEN', value: 'x' }] }),
    live: workload({ name: 'other', env: [{ name: 'TOKEN', value: 'theirs' }] }),
    back: undefined,
    lost: ['spec.template.spec.containers[0].env[0].value'],
  },
  {
    what: 'an argument is found by what stands before its value',
    deployed: workload({ name: 'app', args: ['-v', '--db-password=x'] }),
    live: workload({ name: 'app', args: ['--db-password=y', '-q', '--other=z'] }),
    back: workload({ name: 'app', args: ['-v', '--db-password=y'] }),
  },
  {
    what: 'the value of an argument is found behind it',
    deployed: workload({ name: 'app', args: ['-v', '--db-password', 'x'] }),
    live: workload({ name: 'app', args: ['--db-password', 'y', '-q', '--other=z'] }),
    back: workload({ name: 'app', args: ['-v', '--db-password', 'y'] }),
  },
  {
    what: 'a text that only looks like a manifest stays byte for byte',
    deployed: config({ text: NO_MANIFEST }),
    live: undefined,
    back: config({ text: NO_MANIFEST }),
  },
];

describe('what is withheld from a record', () => {
  for (const { what, deployed, live, back, lost = [] } of CASES) {
    it(what, () => {
      const recorded = withhold(deployed, []);
      const restored = restore(recorded, live);
      assert.deepEqual(restored.lost, lost);
      if (back !== undefined) assert.deepEqual(restored.object, back);
    });
  }

  it('is whatever a rule of --mask matches', () => {
    const rule = { test: (place: string) => place === 'ConfigMap/cfg:data.dsn' };
    const recorded = withhold(config({ dsn: 'postgres://u:p@db', color: 'red' }), [rule]);
    assert.ok(hasWithheld(recorded));
    assert.ok(!JSON.stringify(recorded).includes('postgres'));
    assert.equal((recorded.data as { color: string }).color, 'red');
  });
});

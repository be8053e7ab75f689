import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { loadReadinessRules } from '../../../../src/engine/readiness/expressions/load.js';
import { SHIPPED } from '../../../../src/engine/readiness/expressions/shipped.js';
import { readinessOf } from '../../../../src/engine/readiness/readiness.js';
import type { KubeObject } from '../../../../src/objects/object.js';

interface Given {
  /** `GROUP/VERSION KIND`. */
  readonly kind: string;
  readonly spec?: object;
  readonly states: readonly {
    readonly want: string;
    readonly name?: string;
    readonly why?: string;
    readonly status: object;
  }[];
}

const given = parse(
  readFileSync(new URL('../../../fixtures/engine/readinessExpressions.yaml', import.meta.url), 'utf8'),
) as readonly Given[];

const objectOf = ({ kind: words, spec = {} }: Given, status?: object): KubeObject => {
  const [apiVersion = '', kind = ''] = words.split(' ');
  const metadata = { name: 'a', namespace: 'shop', generation: 2 };
  return { apiVersion, kind, metadata, spec, ...(status !== undefined && { status }) };
};

async function judge(object: KubeObject, firstStatus?: () => 'waiting' | 'none') {
  const warn = (message: string): void => assert.fail(message);
  const ruleOf = await loadReadinessRules({ objects: [object], definitions: new Map(), own: [], warn });
  return readinessOf(object, { since: 0, ruleOf, ...(firstStatus !== undefined && { firstStatus }) });
}

describe('the shipped rules of readiness', () => {
  for (const one of given) {
    for (const { want, name, why, status } of one.states) {
      it(`${one.kind}: ${want}${name === undefined ? '' : `, ${name}`}`, async () => {
        const readiness = await judge(objectOf(one, status));
        assert.equal(readiness.status, want, readiness.message);
        if (why !== undefined) assert.equal(readiness.message, why);
      });
    }
  }

  it('have the states of one kind of each group and rule', () => {
    const rules = new Set(SHIPPED.map((rule) => JSON.stringify({ ...rule, kind: '', source: '' })));
    const tried = given.map(({ kind: words }) => {
      const [apiVersion = '', kind = ''] = words.split(' ');
      const rule = SHIPPED.find((one) => one.kind === kind && apiVersion.startsWith(`${one.group}/`));
      assert.ok(rule !== undefined, words);
      return JSON.stringify({ ...rule, kind: '', source: '' });
    });
    assert.deepEqual(
      [...rules].filter((rule) => !tried.includes(rule)),
      [],
    );
  });

  it('wait for a first status as long as any kind that declares one', async () => {
    const route = objectOf({ kind: 'gateway.networking.k8s.io/v1 HTTPRoute', states: [] });
    assert.equal((await judge(route, () => 'waiting')).status, 'InProgress');
    const none = await judge(route, () => 'none');
    assert.equal(none.status, 'Current');
    assert.match(none.warning ?? '', /no controller has looked at it/);
  });
});

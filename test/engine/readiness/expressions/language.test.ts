/** The tables of docs/readiness.md about CEL: each example that is served is true of one object, each other is refused. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { loadReadinessRules, refuseInvalidRules } from '../../../../src/engine/readiness/expressions/load.js';
import { readinessOf } from '../../../../src/engine/readiness/readiness.js';
import type { KubeObject } from '../../../../src/objects/object.js';

const object: KubeObject = {
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name: 'a', namespace: 'shop', generation: 2, creationTimestamp: '2026-01-01T00:00:00Z' },
  spec: { replicas: 3, labels: { tier: 'db' }, paused: null },
  status: {
    phase: 'Running',
    version: 'v1.37.2-rc.1',
    ready: 3,
    load: 0.5,
    observedGeneration: 2,
    expires: '2027-01-01T00:00:00Z',
    nodes: ['one', 'two'],
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Stale', status: 'False', reason: 'Fresh' },
    ],
  },
};

const page = readFileSync(new URL('../../../../docs/readiness.md', import.meta.url), 'utf8');

/** The code in the last column of the table below a heading. */
function examplesBelow(heading: string): string[] {
  const section = page.split(`${heading}\n`)[1]?.split(/\n\n(?!\|)/)[0] ?? '';
  return section.split('\n').flatMap((row) => {
    const last = row.split(/(?<!\\)\|/).at(-2) ?? '';
    return [...last.matchAll(/`([^`]+)`/g)].map(([, code]) => (code ?? '').replaceAll('\\|', '|'));
  });
}

const own = (current: string) => ({ group: 'example.com', kind: 'Widget', source: '.kapply.yaml:1', current });

describe('the language of rules of readiness', () => {
  const served = examplesBelow('### What a rule may say');
  const refused = examplesBelow('### What is refused');

  it('has its tables in docs/readiness.md', () => {
    assert.ok(served.length > 25, served.join('\n'));
    assert.ok(refused.length > 8, refused.join('\n'));
  });

  for (const expression of served) {
    it(`serves ${expression}`, async () => {
      const warn = (message: string): void => assert.fail(message);
      const ruleOf = await loadReadinessRules({
        ...{ objects: [object], definitions: new Map(), warn },
        own: [own(expression)],
      });
      const { status, message } = readinessOf(object, { since: 0, ruleOf });
      assert.equal(status, 'Current', message);
    });
  }

  for (const expression of refused) {
    it(`refuses ${expression}`, async () => {
      await assert.rejects(refuseInvalidRules([], [own(expression)]), { code: 'InvalidReadinessRule', exitCode: 2 });
    });
  }
});

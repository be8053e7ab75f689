import assert from 'node:assert/strict';
import { digestOf } from '../../../src/engine/planFile/digest.js';
import { readPlanFile } from '../../../src/engine/planFile/readPlanFile.js';
import { encodeJson } from '../../../src/cluster/requests/json.js';

function sealed(content: Readonly<Record<string, unknown>>): string {
  return encodeJson({ ...content, digest: digestOf(content) });
}

const PLAN = {
  schemaVersion: 1,
  kapplyVersion: '1.0.0',
  createdAt: '2026-01-01T00:00:00.000Z',
  origin: {},
  target: {},
  options: {},
  readinessRules: [],
  masks: [],
  salt: '',
  objects: [],
  changes: [],
  prune: [],
  confirmations: [],
  warnings: [],
  big: 9007199254740993n,
};

describe('a plan file that is read', () => {
  it('is one whose digest is that of its content, in whatever order and layout', () => {
    const { changes, ...rest } = PLAN;
    const text = sealed(PLAN);
    assert.equal(readPlanFile(text, 'plan.json').kapplyVersion, '1.0.0');
    const other = encodeJson({ digest: digestOf(PLAN), ...rest, changes }).replaceAll(',', ' ,\r\n ');
    assert.equal((readPlanFile(`\uFEFF${other}`, 'plan.json') as unknown as { big: bigint }).big, PLAN.big);
  });

  for (const [name, text, code] of [
    ['empty', '', 'NoPlanFile'],
    ['cut off', sealed(PLAN).slice(0, -3), 'NoPlanFile'],
    ['another document', '{"schemaVersion":1,"prune":[]}', 'NoPlanFile'],
    ['a list', '[]', 'NoPlanFile'],
    ['null', 'null', 'NoPlanFile'],
    ['YAML', 'schemaVersion: 1', 'NoPlanFile'],
    ['edited', sealed(PLAN).replace('1.0.0', '1.0.1'), 'PlanChanged'],
    ['without a digest that is one', encodeJson({ ...PLAN, digest: null }), 'PlanChanged'],
    ['with a field more', sealed(PLAN).replace('{', '{"__proto__":{"a":1},'), 'PlanChanged'],
    ['with another integer beyond 2^53', sealed(PLAN).replace('9007199254740993', '9007199254740992'), 'PlanChanged'],
    ['of another shape', sealed({ ...PLAN, changes: 5 }), 'NoPlanFile'],
    ['of a newer format', sealed({ ...PLAN, schemaVersion: 2 }), 'PlanVersion'],
    ['of an older format', sealed({ ...PLAN, schemaVersion: 0 }), 'PlanVersion'],
  ] as const) {
    it(`is refused where it is ${name}`, () => {
      assert.throws(() => readPlanFile(text, 'plan.json'), { code, exitCode: 2, position: { file: 'plan.json' } });
    });
  }
});

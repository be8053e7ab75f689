import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { loadReadinessRules, type FindRule } from '../../../../src/engine/readiness/expressions/load.js';
import { SHIPPED } from '../../../../src/engine/readiness/expressions/shipped/shipped.js';
import { readinessOf } from '../../../../src/engine/readiness/readiness.js';
import type { Readiness } from '../../../../src/engine/readiness/terms.js';
import { groupOf, type KubeObject } from '../../../../src/objects/object.js';

/** What each state comes to. */
const STATES = {
  ready: ({ status, warning }: Readiness) => status === 'Current' && warning === undefined,
  new: ({ status, lasts }: Readiness) => status === 'InProgress' && lasts !== true,
  behind: ({ status, lasts }: Readiness) => status === 'InProgress' && lasts !== true,
  passing: ({ status, lasts }: Readiness) => status === 'InProgress' && lasts !== true,
  failed: ({ status }: Readiness) => status === 'Failed',
  failing: ({ status, lasts }: Readiness) => status === 'InProgress' && lasts === true,
  off: ({ status, warning }: Readiness) => status === 'Current' && warning !== undefined,
} as const;
type State = keyof typeof STATES;

/** A failure is told at once, or when it has lasted. */
const NEEDED: readonly (readonly State[])[] = [
  ['ready'],
  ['new'],
  ['behind'],
  ['passing'],
  ['failed', 'failing'],
  ['off'],
];

interface Recorded {
  readonly name?: string;
  readonly generation?: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec?: object;
  readonly status: object;
  /** What is said of it, where that is part of the rule. */
  readonly says?: string;
  /** `ready` for what is off and yet ready by its rule; otherwise the word for how it rests. */
  readonly is?: string;
}

type Given = Readonly<Partial<Record<State, readonly Recorded[]>>> & {
  /** `GROUP/VERSION KIND`. */
  readonly kinds: string | readonly string[];
  readonly sources: readonly string[];
  readonly spec?: object;
  readonly none?: Readonly<Partial<Record<State, string>>>;
  /** Why a kind that the table does not have stands here. */
  readonly general?: string;
};

const given = parse(
  readFileSync(new URL('../../../fixtures/engine/shippedRules.yaml', import.meta.url), 'utf8'),
) as readonly Given[];

const kindsOf = ({ kinds }: Given): readonly string[] => (typeof kinds === 'string' ? [kinds] : kinds);

function objectOf(words: string, { spec = {} }: Given, recorded?: Recorded): KubeObject {
  const [apiVersion = '', kind = ''] = words.split(' ');
  const { generation = 2, annotations, spec: own, status } = recorded ?? {};
  const metadata = { name: 'a', namespace: 'shop', generation, ...(annotations && { annotations }) };
  return { apiVersion, kind, metadata, spec: own ?? spec, ...(status !== undefined && { status }) };
}

/** Compiled once for each kind: a rule is found by what the object is called. */
const found = new Map<string, FindRule>();

async function judge(object: KubeObject, firstStatus?: () => 'waiting' | 'none') {
  const words = `${object.apiVersion} ${object.kind}`;
  const warn = (message: string): void => assert.fail(message);
  const ruleOf =
    found.get(words) ?? (await loadReadinessRules({ objects: [object], definitions: new Map(), own: [], warn }));
  found.set(words, ruleOf);
  return readinessOf(object, { since: 0, ruleOf, ...(firstStatus !== undefined && { firstStatus }) });
}

describe('the shipped rules of readiness', () => {
  for (const one of given) {
    const [first = ''] = kindsOf(one);
    for (const state of Object.keys(STATES) as State[]) {
      for (const [at, recorded] of (one[state] ?? []).entries()) {
        it(`${first}: ${state}, ${recorded.name ?? at}`, async () => {
          for (const words of kindsOf(one)) {
            const readiness = await judge(objectOf(words, one, recorded));
            const isSo = STATES[recorded.is === 'ready' ? 'ready' : state](readiness);
            assert.ok(isSo, `${words}: ${JSON.stringify(readiness)}`);
            if (recorded.says !== undefined) assert.equal(readiness.message, recorded.says);
            if (recorded.is !== undefined && recorded.is !== 'ready') assert.equal(readiness.message, recorded.is);
          }
        });
      }
    }

    it(`${first} has every state, or says why not, and names its sources`, () => {
      const missing = NEEDED.filter((states) => !states.some((state) => one[state] ?? one.none?.[state]));
      assert.deepEqual(missing, []);
      const both = Object.keys(one.none ?? {}).filter((state) => one[state as State] !== undefined);
      assert.deepEqual(both, [], 'it has what it says that it has not');
      for (const source of one.sources) assert.match(source, /^[\w.-]+\/[\w.-]+ \S+\.\w+$/);
    });
  }

  it('are told of in full: every kind of the table has its objects, and nothing else has but the Rollout', () => {
    const told = given.filter(({ general }) => general === undefined).flatMap(kindsOf);
    const names = told.map((words) => `${groupOf(words.split(' ')[0] ?? '')} ${words.split(' ')[1]}`);
    const table = [...SHIPPED.map(({ group, kind }) => `${group} ${kind}`), 'argoproj.io Rollout'];
    assert.deepEqual([...names].sort(), [...table].sort());
  });

  it('wait for a first status as long as any kind that declares one', async () => {
    for (const { group, kind } of SHIPPED) {
      const object = { ...objectOf(`${group}/v1 ${kind}`, { kinds: [], sources: [] }) };
      assert.equal((await judge(object, () => 'waiting')).status, 'InProgress', kind);
      const none = await judge(object, () => 'none');
      assert.equal(none.status, 'Current', kind);
      assert.match(none.warning ?? '', /no controller has looked at it/);
    }
  });
});

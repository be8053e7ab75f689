import assert from 'node:assert/strict';
import { ID_ANNOTATION, PRUNE_ANNOTATION, SET_ANNOTATION } from '../../../src/objects/annotations.js';
import { keyOf, type KubeObject } from '../../../src/objects/object.js';
import type { Candidate } from '../../../src/engine/prune/candidate.js';
import { judgeInsides } from '../../../src/engine/prune/judgeInsides.js';
import type { JudgeOptions } from '../../../src/engine/prune/judgeOptions.js';
import { useKey, type Use } from '../../../src/engine/uses/uses.js';
import { RESOURCES } from '../fakeCluster.js';
import { NOW } from './pruneOptions.js';

const NAMESPACE = keyOf({ group: '', kind: 'Namespace', namespace: '', name: 'shop' });
const CONFIG = { group: '', kind: 'ConfigMap', namespace: 'shop', name: 'cfg' };

const BASE: JudgeOptions = {
  requirements: [],
  verb: 'delete',
  sets: ['shop'],
  applied: { keys: new Set(), uids: new Set(), families: new Set() },
  includeNewest: false,
  pruneKinds: ['Namespace'],
  runStart: NOW,
  fieldManager: 'kapply',
  adopt: false,
  keep: 0,
  keepRollback: false,
  minimumAgeMs: 0,
  insides: new Map(),
  uses: new Map(),
  gaps: [],
};

function own(kind: string, name: string, annotations: Readonly<Record<string, string>> = {}): Candidate {
  const resource = RESOURCES.find((one) => one.kind === kind)!;
  const object: KubeObject = {
    apiVersion: resource.group === '' ? 'v1' : `${resource.group}/v1`,
    kind,
    metadata: {
      name,
      namespace: 'shop',
      uid: name,
      annotations: {
        [SET_ANNOTATION]: 'shop',
        [ID_ANNOTATION]: `${resource.group}/${kind}/shop/${name}`,
        ...annotations,
      },
    },
  };
  return { object, resource, protectedType: false };
}

function usedBy(name: string, namespace: string): JudgeOptions['uses'] {
  const user = { group: 'apps', kind: 'Deployment', namespace, name };
  const use = { user, root: user, active: true, words: `Deployment/${name}` } as unknown as Use;
  return new Map([[useKey(CONFIG), [use]]]);
}

describe('engine/prune/judgeInsides', () => {
  const cases: {
    readonly name: string;
    readonly inside: readonly Candidate[];
    readonly options?: Partial<JudgeOptions>;
    readonly stays: readonly RegExp[];
  }[] = [
    { name: 'nothing of what is just the set’s', inside: [own('ConfigMap', 'cfg')], stays: [] },
    {
      name: 'what is marked to be kept',
      inside: [own('ConfigMap', 'cfg', { [PRUNE_ANNOTATION]: 'disabled' })],
      stays: [/^ConfigMap\/cfg \(marked /],
    },
    {
      name: 'a claim that --prune-kind does not name',
      inside: [own('PersistentVolumeClaim', 'data')],
      stays: [/^PersistentVolumeClaim\/data \(.*--prune-kind/],
    },
    {
      name: 'no claim that --prune-kind names',
      inside: [own('PersistentVolumeClaim', 'data')],
      options: { pruneKinds: ['Namespace', 'PersistentVolumeClaim'] },
      stays: [],
    },
    {
      name: 'what is used from elsewhere',
      inside: [own('ConfigMap', 'cfg')],
      options: { uses: usedBy('web', 'far') },
      stays: [/^ConfigMap\/cfg \(in use by Deployment\/web\)/],
    },
    {
      name: 'nothing that only what goes with it uses',
      inside: [own('ConfigMap', 'cfg'), own('Deployment', 'web')],
      options: { uses: usedBy('web', 'shop') },
      stays: [],
    },
  ];
  for (const { name, inside, options, stays } of cases) {
    it(`keeps a Namespace for ${name}`, () => {
      const { insides, going } = judgeInsides(new Map([[NAMESPACE, { own: inside, others: [], unlisted: [] }]]), {
        ...BASE,
        ...options,
      });
      const others = insides.get(NAMESPACE)?.others ?? [];
      assert.equal(others.length, stays.length, others.join());
      for (const [index, pattern] of stays.entries()) assert.match(others[index] ?? '', pattern);
      assert.equal(going.get(NAMESPACE)?.length, inside.length);
    });
  }
});

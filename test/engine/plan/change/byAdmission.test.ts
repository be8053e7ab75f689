import assert from 'node:assert/strict';
import { admissionNote, changedByAdmission } from '../../../../src/engine/plan/change/byAdmission.js';
import type { KubeObject } from '../../../../src/objects/object.js';

const ENTRY = { manager: 'kapply', operation: 'Apply', apiVersion: 'apps/v1', fieldsV1: { 'f:spec': {} } };
const STAMP = { manager: 'kapply', operation: 'Update', apiVersion: 'apps/v1', fieldsV1: { 'f:metadata': {} } };

interface Stored {
  readonly annotations?: object;
  readonly spec?: object;
  readonly data?: object;
  readonly stringData?: object;
  readonly managedFields?: readonly object[];
}

function object({ annotations, managedFields, ...rest }: Stored, kind = 'Deployment'): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'web', ...(annotations && { annotations }), ...(managedFields && { managedFields }) },
    ...rest,
  } as unknown as KubeObject;
}

const stored = (given: Stored, kind?: string): KubeObject => object({ managedFields: [ENTRY], ...given }, kind);
const pods = (...containers: readonly object[]): object => ({ template: { spec: { containers } } });
const claims = (more: object = {}): object => ({ volumeClaimTemplates: [{ metadata: { name: 'data' }, ...more }] });

/** What is sent, what is stored, what would be stored, and what of it is admission's. */
const CASES: Readonly<
  Record<string, readonly [KubeObject, KubeObject, KubeObject, ReturnType<typeof changedByAdmission>]>
> = {
  'a stamp at every write': [
    object({ spec: claims() }),
    stored({ spec: claims({ kind: 'PVC' }), annotations: { touched: '1' } }),
    stored({ spec: claims({ kind: 'PVC' }), annotations: { touched: '2' } }),
    'nothing',
  ],
  'a stamp that the server notes as our update': [
    object({ spec: claims() }),
    stored({ spec: claims(), annotations: { touched: '1' } }),
    stored({ spec: claims(), annotations: { touched: '2' }, managedFields: [ENTRY, STAMP] }),
    'nothing',
  ],
  'a stamp in the pod template': [
    object({ spec: pods({ name: 'app', image: 'a' }) }),
    stored({
      spec: {
        template: { metadata: { annotations: { at: '1' } }, spec: { containers: [{ name: 'app', image: 'a' }] } },
      },
    }),
    stored({
      spec: {
        template: { metadata: { annotations: { at: '2' } }, spec: { containers: [{ name: 'app', image: 'a' }] } },
      },
    }),
    'nothing',
  ],
  'a sidecar before ours that changes': [
    object({ spec: pods({ name: 'app', image: 'a' }) }),
    stored({ spec: pods({ name: 'mesh', image: 'm:1' }, { name: 'app', image: 'a' }) }),
    stored({ spec: pods({ name: 'mesh', image: 'm:2' }, { name: 'app', image: 'a' }) }),
    'nothing',
  ],
  'a stamp, and a tag that is stored as a digest': [
    object({ spec: pods({ name: 'app', image: 'a:1' }) }),
    stored({ spec: pods({ name: 'app', image: 'a@sha256:1' }), annotations: { touched: '1' } }),
    stored({ spec: pods({ name: 'app', image: 'a@sha256:1' }), annotations: { touched: '2' } }),
    'rewritten',
  ],
  'another image of ours': [
    object({ spec: pods({ name: 'app', image: 'a:2' }) }),
    stored({ spec: pods({ name: 'app', image: 'a:1' }) }),
    stored({ spec: pods({ name: 'app', image: 'a:2' }) }),
    undefined,
  ],
  'another image of ours after a sidecar, and a stamp': [
    object({ spec: pods({ name: 'app', image: 'a:2' }) }),
    stored({
      spec: pods({ name: 'mesh', image: 'm:1' }, { name: 'app', image: 'a:1' }),
      annotations: { touched: '1' },
    }),
    stored({
      spec: pods({ name: 'mesh', image: 'm:1' }, { name: 'app', image: 'a:2' }),
      annotations: { touched: '2' },
    }),
    undefined,
  ],
  'a new sidecar, which starts new pods': [
    object({ spec: pods({ name: 'app', image: 'a' }) }),
    stored({ spec: pods({ name: 'app', image: 'a' }) }),
    stored({ spec: pods({ name: 'app', image: 'a' }, { name: 'mesh', image: 'm:1' }) }),
    undefined,
  ],
  'an annotation of ours': [
    object({ annotations: { touched: '2' } }),
    stored({ annotations: { touched: '1' } }),
    stored({ annotations: { touched: '2' } }),
    undefined,
  ],
  'a field that we give up': [
    object({ spec: { replicas: 1 } }),
    stored({
      spec: { replicas: 1, paused: true },
      managedFields: [{ ...ENTRY, fieldsV1: { 'f:spec': { 'f:paused': {} } } }],
    }),
    stored({ spec: { replicas: 1 } }),
    undefined,
  ],
  'a field that another manager loses': [
    object({ spec: { replicas: 1 } }),
    stored({ spec: { replicas: 1, paused: true }, managedFields: [ENTRY, { ...STAMP, manager: 'kubectl' }] }),
    stored({ spec: { replicas: 1 } }),
    undefined,
  ],
  'what the server stores elsewhere': [
    object({ stringData: { a: 'two' } }, 'Secret'),
    stored({ data: { a: 'b25l' } }, 'Secret'),
    stored({ data: { a: 'dHdv' } }, 'Secret'),
    undefined,
  ],
  'owners alone': [
    object({ spec: { replicas: 1 } }),
    stored({ spec: { replicas: 1 } }),
    stored({ spec: { replicas: 1 }, managedFields: [] }),
    undefined,
  ],
};

describe('a change of admission', () => {
  for (const [what, [desired, live, after, by]] of Object.entries(CASES)) {
    it(`${by ?? 'is not'}: ${what}`, () => {
      assert.equal(changedByAdmission({ desired, live, after, manager: 'kapply' }), by);
    });
  }

  it('is told with the fields', () => {
    const [live, after] = [stored({ annotations: { touched: '1' } }), stored({ annotations: { touched: '2' } })];
    assert.match(admissionNote({ live, after }), /^changes only in annotations\.touched, .*webhook or policy/);
  });
});

import assert from 'node:assert/strict';
import { settleReplicas } from '../../../../src/engine/plan/change/replicas.js';
import type { KubeObject, ManagedFieldsEntry } from '../../../../src/objects/object.js';

const object = (apiVersion: string, kind: string, replicas?: number): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: 'web' },
  spec: replicas === undefined ? {} : { replicas },
});
const owner = (manager: string, operation: 'Apply' | 'Update'): ManagedFieldsEntry => ({
  manager,
  operation,
  fieldsV1: { 'f:spec': { 'f:replicas': {} } },
});
const OURS = [owner('kapply', 'Apply')];

/** What is sent of replicas where the live object has 3. */
function sent(
  kind: readonly [string, string],
  wanted: number | undefined,
  more: { owners?: readonly ManagedFieldsEntry[]; autoscaled?: boolean; scalable?: boolean } = {},
): unknown {
  const options = { owners: OURS, manager: 'kapply', autoscaled: false, scalable: true, ...more };
  const { spec } = settleReplicas(object(...kind, wanted), object(...kind, 3), options).object;
  return (spec as { replicas?: number }).replicas;
}

describe('settleReplicas', () => {
  const deployment = ['apps/v1', 'Deployment'] as const;
  const rollout = ['argoproj.io/v1alpha1', 'Rollout'] as const;

  it('keeps the live number where the manifest gives up what only we own', () => {
    assert.equal(sent(deployment, undefined), 3);
  });

  it('does so for a custom resource whose kind has a scale subresource', () => {
    assert.equal(sent(rollout, undefined), 3);
    assert.equal(sent(rollout, 5, { autoscaled: true }), 3);
  });

  it('leaves a field called replicas alone where the server cannot scale the kind', () => {
    assert.equal(sent(['example.com/v1', 'Backup'], undefined, { scalable: false }), undefined);
  });

  it('sends what the manifest says, unless an autoscaler sets them', () => {
    assert.equal(sent(deployment, 5), 5);
    assert.equal(sent(deployment, 5, { autoscaled: true }), 3);
    assert.equal(sent(deployment, 5, { autoscaled: true, owners: [owner('autoscaler', 'Update')] }), undefined);
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { readinessOf } from '../../../src/engine/readiness/readiness.js';
import { POD_KINDS } from '../../../src/engine/uses/references.js';
import { groupOf, type KubeObject } from '../../../src/objects/object.js';

interface Recorded {
  readonly name: string;
  readonly object: KubeObject;
  readonly is: readonly [status: string, message: string];
  readonly ready?: { readonly have: number; readonly want: number };
  readonly warns?: string;
}

const recorded = parse(
  readFileSync(new URL('../../fixtures/engine/recordedStatuses.yaml', import.meta.url), 'utf8'),
) as readonly Recorded[];

/** Before anything was recorded. */
const SINCE = Date.parse('2026-11-28T00:00:00Z');

describe('readinessOf what the real controllers wrote', () => {
  for (const { name, object, is, ready, warns } of recorded) {
    it(`judges ${name}`, () => {
      const [status, message] = is;
      assert.deepEqual(readinessOf(object, { since: SINCE }), {
        status,
        message,
        ...(ready !== undefined && { ready }),
        ...(warns !== undefined && { warning: warns }),
      });
    });
  }

  it('is recorded for every kind that runs pods, and for what a rollout waits for besides', () => {
    const kinds = new Set(recorded.map(({ object }) => `${groupOf(object.apiVersion)}/${object.kind}`));
    const awaited = [
      '/PersistentVolumeClaim',
      '/Service',
      '/Namespace',
      'apiextensions.k8s.io/CustomResourceDefinition',
      'apiregistration.k8s.io/APIService',
      'policy/PodDisruptionBudget',
      'autoscaling/HorizontalPodAutoscaler',
    ];
    const wanted = [...POD_KINDS.filter((kind) => kind !== '/PodTemplate'), ...awaited];
    assert.deepEqual(
      wanted.filter((kind) => !kinds.has(kind)),
      [],
    );
  });

  it('does not hold a deadline against a later run', () => {
    const late = recorded.find(({ name }) => name === 'Deployment late')!.object;
    assert.equal(readinessOf(late, { since: Date.parse('2026-11-29T00:00:00Z') }).status, 'InProgress');
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parse } from 'yaml';
import { readinessOf } from '../../../src/engine/readiness/readiness.js';
import type { KubeObject } from '../../../src/objects/object.js';

interface Case {
  readonly name: string;
  readonly object?: {
    readonly kind: string;
    readonly metadata?: object;
    readonly spec?: object;
    readonly status?: object;
  };
  readonly is: readonly [status: string, message: string];
  readonly ready?: { readonly have: number; readonly want: number };
  readonly warns?: string;
  readonly remedy?: readonly string[];
}

const CONTEXT = {
  since: Date.parse('2026-01-01T12:00:00.700Z'),
  waitsForConsumer: (claim: KubeObject) => claim.metadata.labels?.waits === 'yes',
};

function objectOf({ kind, metadata, ...rest }: NonNullable<Case['object']>): KubeObject {
  const [apiVersion = '', name = ''] = kind.split(' ');
  return { apiVersion, kind: name, metadata: { name: 'a', ...metadata }, ...rest };
}

const cases = parse(
  readFileSync(new URL('../../fixtures/engine/readiness.yaml', import.meta.url), 'utf8'),
) as readonly Case[];

describe('readinessOf', () => {
  for (const { name, object, is, ready, warns, remedy } of cases) {
    it(name, () => {
      const expected = {
        status: is[0],
        message: is[1],
        ...(ready !== undefined && { ready }),
        ...(warns !== undefined && { warning: warns }),
        ...(remedy !== undefined && { remedy }),
      };
      assert.deepEqual(readinessOf(object === undefined ? undefined : objectOf(object), CONTEXT), expected);
    });
  }

  const kinds = [...new Set(cases.flatMap(({ object }) => (object === undefined ? [] : [object.kind])))];

  it('always has a word and says something, whatever a status holds', () => {
    const numbers = fc.dictionary(
      fc.constantFrom('replicas', 'readyReplicas', 'updatedReplicas', 'observedGeneration', 'phase', 'active'),
      fc.oneof(fc.nat(3), fc.constant(null), fc.string()),
    );
    fc.assert(
      fc.property(fc.constantFrom(...kinds), numbers, numbers, (kind, spec, status) => {
        const { message } = readinessOf(objectOf({ kind, spec, status }), CONTEXT);
        assert.notEqual(message, '');
      }),
    );
  });

  it('never calls a workload Current that lacks pods', () => {
    const counts = fc.record({
      replicas: fc.nat(4),
      updatedReplicas: fc.nat(4),
      readyReplicas: fc.nat(4),
      availableReplicas: fc.nat(4),
    });
    fc.assert(
      fc.property(
        fc.constantFrom('Deployment', 'StatefulSet', 'ReplicaSet'),
        fc.nat(4),
        counts,
        (kind, want, status) => {
          const conditions = [
            { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
            { type: 'Available', status: 'True' },
          ];
          const object = objectOf({
            kind: `apps/v1 ${kind}`,
            spec: { replicas: want },
            status: { observedGeneration: 1, conditions, fullyLabeledReplicas: status.replicas, ...status },
          });
          if (readinessOf(object, CONTEXT).status !== 'Current') return;
          assert.equal(status.replicas, want);
          assert.ok(status.readyReplicas >= want);
        },
      ),
    );
  });
});

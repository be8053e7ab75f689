import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { readinessOf } from '../../../src/engine/readiness/readiness.js';
import { groupOf, type KubeObject } from '../../../src/objects/object.js';

interface Case {
  readonly object: { readonly kind: string; readonly metadata?: object; readonly status?: object };
  readonly recorded?: boolean;
  readonly is: readonly [status: string, message: string];
  readonly warns?: string;
}

const read = (name: string): unknown =>
  parse(readFileSync(new URL(`../../fixtures/engine/${name}.yaml`, import.meta.url), 'utf8'));
const cases = read('builtInKinds') as readonly Case[];

/** What the OpenAPI document of an API server 1.37 has with a status, but for reviews, tokens and scales, which are not stored. */
const WITH_STATUS = [
  ...['Namespace', 'Node', 'PersistentVolume', 'PersistentVolumeClaim', 'Pod', 'ReplicationController'],
  ...['ResourceQuota', 'Service'],
  ...['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'].map((kind) => `apps ${kind}`),
  ...['CronJob', 'Job'].map((kind) => `batch ${kind}`),
  'admissionregistration.k8s.io ValidatingAdmissionPolicy',
  'apiextensions.k8s.io CustomResourceDefinition',
  'apiregistration.k8s.io APIService',
  'autoscaling HorizontalPodAutoscaler',
  ...['CertificateSigningRequest', 'PodCertificateRequest'].map((kind) => `certificates.k8s.io ${kind}`),
  ...['FlowSchema', 'PriorityLevelConfiguration'].map((kind) => `flowcontrol.apiserver.k8s.io ${kind}`),
  ...['Ingress', 'ServiceCIDR'].map((kind) => `networking.k8s.io ${kind}`),
  'policy PodDisruptionBudget',
  ...['DeviceTaintRule', 'ResourceClaim'].map((kind) => `resource.k8s.io ${kind}`),
  ...['CSINode', 'VolumeAttachment'].map((kind) => `storage.k8s.io ${kind}`),
  'storagemigration.k8s.io StorageVersionMigration',
];

describe('readinessOf kinds of Kubernetes that have a status', () => {
  for (const { object, is, warns, recorded = false } of cases) {
    it(`${object.kind}: ${is.join(', ')}${recorded ? ', as recorded' : ''}`, () => {
      const [apiVersion = '', kind = ''] = object.kind.split(' ');
      const given: KubeObject = { ...object, apiVersion, kind, metadata: { name: 'a', ...object.metadata } };
      const [status, message] = is;
      assert.deepEqual(readinessOf(given, { since: 0 }), {
        status,
        message,
        ...(warns !== undefined && { warning: warns }),
      });
    });
  }

  it('has a case for each of them', () => {
    const others = read('readiness') as readonly Partial<Case>[];
    const words = [...cases, ...others].map(({ object }) => object?.kind ?? '');
    const recorded = (read('recordedStatuses') as readonly { readonly object: KubeObject }[]).map(
      ({ object }) => `${object.apiVersion} ${object.kind}`,
    );
    const told = new Set(
      [...words, ...recorded].map((word) => {
        const [apiVersion = '', kind = ''] = word.split(' ');
        return `${groupOf(apiVersion)} ${kind}`.trim();
      }),
    );
    assert.deepEqual(
      WITH_STATUS.filter((kind) => !told.has(kind)),
      [],
    );
  });
});

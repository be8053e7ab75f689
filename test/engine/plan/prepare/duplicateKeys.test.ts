import assert from 'node:assert/strict';
import { refuseDuplicateKeys } from '../../../../src/engine/plan/prepare/duplicateKeys.js';
import { KapplyError } from '../../../../src/errors.js';
import type { KubeObject } from '../../../../src/objects/object.js';

function refuse(object: object): void {
  refuseDuplicateKeys({ object: object as KubeObject, origin: { file: 'all.yaml', line: 3 }, generated: false });
}

const withContainer = (container: object, list = 'containers'): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { template: { spec: { [list]: [{ name: 'first' }, { name: 'app', ...container }] } } },
});
const service = (ports: readonly object[]): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { ports },
});
const cron = (container: object): object => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'web' },
  spec: { jobTemplate: { spec: { template: { spec: { containers: [container] } } } } },
});

describe('refuseDuplicateKeys', () => {
  // kubernetes/kubernetes#113482
  for (const [name, object, message] of [
    [
      'an env name',
      withContainer({ env: [{ name: 'A', value: '1' }, { name: 'B' }, { name: 'A', value: '2' }] }),
      'shop/Deployment/web in all.yaml: spec.template.spec.containers[1].env has A twice',
    ],
    [
      'an env name of an init container',
      withContainer({ env: [{ name: 'A' }, { name: 'A' }] }, 'initContainers'),
      'shop/Deployment/web in all.yaml: spec.template.spec.initContainers[1].env has A twice',
    ],
    [
      'a port, once with the default protocol',
      withContainer({ ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'TCP' }] }),
      'shop/Deployment/web in all.yaml: spec.template.spec.containers[1].ports has 80/TCP twice',
    ],
    [
      'an env name of a CronJob',
      cron({ env: [{ name: 'A' }, { name: 'A' }] }),
      'CronJob/web in all.yaml: spec.jobTemplate.spec.template.spec.containers[0].env has A twice',
    ],
    [
      'a port of a Service',
      service([
        { name: 'a', port: 1 },
        { name: 'b', port: 1 },
      ]),
      'Service/web in all.yaml: spec.ports has 1/TCP twice',
    ],
  ] as const) {
    it(`refuses ${name} that is there twice`, () =>
      assert.throws(
        () => refuse(object),
        (error) =>
          error instanceof KapplyError &&
          error.code === 'DuplicateKey' &&
          error.exitCode === 2 &&
          error.message === message &&
          error.position?.line === 3,
      ));
  }

  for (const [name, object] of [
    [
      'ports of two protocols',
      withContainer({ ports: [{ containerPort: 53 }, { containerPort: 53, protocol: 'UDP' }] }),
    ],
    ['env names in two cases', withContainer({ env: [{ name: 'A' }, { name: 'a' }] })],
    ['a Service that is no Service', { ...service([{ port: 1 }, { port: 1 }]), apiVersion: 'serving.knative.dev/v1' }],
    ['what is no list', withContainer({ env: { A: 1 }, ports: null })],
    ['what has no spec', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } }],
  ] as const) {
    it(`lets pass ${name}`, () => refuse(object));
  }
});

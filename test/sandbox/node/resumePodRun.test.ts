import assert from 'node:assert/strict';
import { advance, newPodRun } from '../../../src/sandbox/node/podRun.js';
import type { Pod } from '../../../src/sandbox/node/podSpec.js';
import { statusOf } from '../../../src/sandbox/node/podStatus.js';
import { resumePodRun } from '../../../src/sandbox/node/resumePodRun.js';

const START = Date.parse('2026-01-01T00:00:00Z');

describe('resumePodRun', () => {
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default', uid: 'u' },
    spec: {
      initContainers: [{ name: 'setup', image: 'setup:1', command: ['true'] }],
      containers: [{ name: 'main', image: 'web:1', env: [{ name: 'A', value: '1' }] }],
    },
  };

  it('finds what runs as it was left', () => {
    const moment = { pod, now: START, read: () => undefined, happened: () => undefined };
    const run = advance(newPodRun(pod, START), moment);
    assert.equal(run.main[0]?.state.type, 'running');
    const annotations = {
      'sandbox.kapply.dev/env.setup': '{}',
      'sandbox.kapply.dev/logs.setup': '',
      'sandbox.kapply.dev/env.main': '{"A":"1"}',
      'sandbox.kapply.dev/logs.main': '',
    };
    const left: Pod = {
      ...pod,
      metadata: { ...pod.metadata, annotations },
      status: statusOf(pod, run, START).status,
    };
    assert.deepEqual(resumePodRun(left, START + 1000), run);
  });

  it('starts what never ran', () => {
    assert.deepEqual(resumePodRun(pod, START), newPodRun(pod, START));
  });
});

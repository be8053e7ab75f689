import assert from 'node:assert/strict';
import { logSourceOf } from '../../../src/engine/rollout/logSource.js';
import type { PodProblem } from '../../../src/engine/run/events.js';
import type { KubeObject } from '../../../src/objects/object.js';

function pod(name: string, containers: readonly object[], at = '2026-01-01T00:00:00Z'): KubeObject {
  const metadata = { name, namespace: 'shop', creationTimestamp: at };
  return { apiVersion: 'v1', kind: 'Pod', metadata, status: { containerStatuses: containers } };
}

function problem(name: string, container: string | undefined): PodProblem {
  return { pod: name, container, reason: 'Error', message: '', restarts: 0, doomed: false };
}

const EXITED = { terminated: { exitCode: 1 } };

describe('logSource', () => {
  const cases: readonly [
    what: string,
    problems: readonly PodProblem[],
    pods: readonly KubeObject[],
    source: unknown,
  ][] = [
    ['nothing of no pods', [], [], undefined],
    [
      'the container behind a Failed pod, which is told as a problem of the pod itself',
      [problem('migrate-a', undefined)],
      [pod('migrate-a', [{ name: 'migrate', state: EXITED }])],
      { pod: 'migrate-a', container: 'migrate', run: 'current' },
    ],
    [
      'the last try of a Job',
      [],
      [
        pod('migrate-a', [{ name: 'migrate', state: EXITED }], '2026-01-01T00:00:00Z'),
        pod('migrate-b', [{ name: 'migrate', state: EXITED }], '2026-01-01T00:00:10Z'),
      ],
      { pod: 'migrate-b', container: 'migrate', run: 'current' },
    ],
    [
      'the run before, of what waits to be started again',
      [problem('web-a', 'app')],
      [pod('web-a', [{ name: 'app', restartCount: 3, state: { waiting: { reason: 'CrashLoopBackOff' } } }])],
      { pod: 'web-a', container: 'app', run: 'previous' },
    ],
    [
      'the run before, of what has been started again',
      [problem('web-a', 'app')],
      [pod('web-a', [{ name: 'app', restartCount: 1, state: { running: {} } }])],
      { pod: 'web-a', container: 'app', run: 'previous' },
    ],
    [
      'what runs and does not become ready',
      [problem('web-a', undefined)],
      [
        pod('web-a', [
          { name: 'sidecar', ready: true, state: { running: {} } },
          { name: 'app', state: { running: {} } },
        ]),
      ],
      { pod: 'web-a', container: 'app', run: 'current' },
    ],
    [
      'what never ran, where nothing has',
      [problem('web-a', 'app')],
      [pod('web-a', [{ name: 'app', state: { waiting: { reason: 'ImagePullBackOff' } } }])],
      { pod: 'web-a', container: 'app', run: 'none' },
    ],
    [
      'nothing of what has done what it was to do',
      [],
      [pod('web-a', [{ name: 'seed', state: { terminated: { exitCode: 0 } } }])],
      undefined,
    ],
  ];
  for (const [what, problems, pods, source] of cases) {
    it(`reads ${what}`, () => assert.deepEqual(logSourceOf(problems, pods), source));
  }
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { REASONS } from '../../../src/engine/rollout/doom.js';
import { problemsOf } from '../../../src/engine/rollout/podProblems.js';
import type { KubeObject } from '../../../src/objects/object.js';

interface Reasons {
  readonly where: 'waiting' | 'terminated' | 'pod' | 'scheduled';
  readonly source: string;
  readonly reasons: Readonly<Record<string, 'lasts' | 'passes' | 'restarts'>>;
}

const given = parse(
  readFileSync(new URL('../../fixtures/engine/podReasons.yaml', import.meta.url), 'utf8'),
) as readonly Reasons[];

const CIRCUMSTANCES = { retries: false, isEstablished: false, pullErrors: new Map(), configured: new Map() };

function podWith(where: Reasons['where'], reason: string, restartCount: number): KubeObject {
  const container = (state: object): object => ({
    phase: 'Pending',
    containerStatuses: [{ name: 'app', ready: false, restartCount, state }],
  });
  const status = {
    waiting: container({ waiting: { reason } }),
    terminated: container({ terminated: { reason, exitCode: 137 } }),
    pod: { phase: 'Failed', reason },
    scheduled: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason }] },
  };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-1', namespace: 'shop' }, status: status[where] };
}

describe('every reason that a pod gives', () => {
  for (const { where, reasons } of given) {
    for (const [reason, verdict] of Object.entries(reasons)) {
      it(`${verdict === 'restarts' ? 'lasts with its restarts' : verdict}: ${reason} (${where})`, () => {
        const isDoomed = (restarts: number): boolean =>
          problemsOf(podWith(where, reason, restarts), CIRCUMSTANCES).some(({ doomed }) => doomed);
        assert.deepEqual([isDoomed(0), isDoomed(20)], [verdict === 'lasts', verdict !== 'passes']);
      });
    }
  }

  it('names the containers that are not ready, where there are several', () => {
    const pod = (spec: object): KubeObject => ({
      ...podWith('pod', '', 0),
      spec,
      status: {
        phase: 'Running',
        conditions: [
          {
            type: 'Ready',
            status: 'False',
            reason: 'ContainersNotReady',
            message: 'containers with unready status: [app]',
          },
        ],
      },
    });
    const app = { name: 'app' };
    const told = (spec: object): unknown => problemsOf(pod(spec), CIRCUMSTANCES).map(({ message }) => message);
    assert.deepEqual(told({ containers: [app] }), ['']);
    assert.deepEqual(told({ containers: [app], initContainers: [app] }), ['']);
    const sidecar = { ...app, restartPolicy: 'Always' };
    for (const spec of [{ containers: [app, app] }, { containers: [app], initContainers: [sidecar] }])
      assert.deepEqual(told(spec), ['containers with unready status: [app]']);
  });

  it('is shown, but for what only sets a pod up', () => {
    for (const { where, reasons } of given)
      for (const reason of Object.keys(reasons)) {
        const [problem] = problemsOf(podWith(where, reason, 0), CIRCUMSTANCES);
        const isSettingUp = ['ContainerCreating', 'PodInitializing'].includes(reason);
        assert.equal(problem?.reason, isSettingUp ? undefined : reason);
      }
  });

  it('is told of, where the table has it', () => {
    const told = given.flatMap(({ where, reasons }) => (where === 'waiting' ? Object.keys(reasons) : []));
    assert.deepEqual(
      Object.keys(REASONS).filter((reason) => !told.includes(reason)),
      [],
    );
  });
});

import assert from 'node:assert/strict';
import { StatusError } from '../../../src/sandbox/status.js';
import { type Simulated, simulate } from '../controllers/simulated.js';

describe('the priority of a pod', () => {
  let cluster: Simulated;
  beforeEach(async () => {
    cluster = await simulate();
  });
  const priorityClass = (name: string, value: number, more: object = {}) =>
    cluster.client.create('scheduling.k8s.io/PriorityClass', { metadata: { name }, value, ...more });
  const priorityOf = (spec: object = {}): unknown[] => {
    const pod = cluster.client.create('Pod', {
      metadata: { generateName: 'web-', namespace: 'default' },
      spec: { containers: [{ name: 'main', image: 'web:1' }], ...spec },
    });
    const { priority, priorityClassName, preemptionPolicy } = pod.spec;
    return [priority, priorityClassName, preemptionPolicy];
  };

  it('is 0 where there is no class for all', () => {
    assert.deepEqual(priorityOf(), [0, undefined, 'PreemptLowerPriority']);
  });

  it('is that of its class, and without one of the lowest class for all', () => {
    priorityClass('high', 1000, { preemptionPolicy: 'Never' });
    priorityClass('usual', 10, { globalDefault: true });
    priorityClass('more', 20, { globalDefault: true });
    assert.deepEqual(priorityOf({ priorityClassName: 'high' }), [1000, 'high', 'Never']);
    assert.deepEqual(priorityOf(), [10, 'usual', 'PreemptLowerPriority']);
  });

  it('is not what the pod says itself', () => {
    priorityClass('high', 1000);
    const refuses = (spec: object, why: RegExp) =>
      assert.throws(
        () => priorityOf(spec),
        (error) => error instanceof StatusError && error.code === 403 && why.test(error.message),
      );
    refuses({ priorityClassName: 'high', priority: 7 }, /integer value of priority \(7\)/);
    refuses({ priorityClassName: 'high', preemptionPolicy: 'Never' }, /PreemptionPolicy \(Never\)/);
    refuses({ priorityClassName: 'nope' }, /no PriorityClass with name nope was found/);
    assert.deepEqual(priorityOf({ priorityClassName: 'high', priority: 1000 })[0], 1000);
  });
});

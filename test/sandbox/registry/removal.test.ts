import assert from 'node:assert/strict';
import { simulate } from '../controllers/simulated.js';

describe('a pod that is going', () => {
  it('is given less time by a second request, and never more', async () => {
    const { client, pass } = await simulate();
    const pod = client.create('Pod', {
      metadata: { name: 'web', namespace: 'default' },
      spec: { containers: [{ name: 'main', image: 'web:1' }] },
    });
    pass(100);
    const graceAfter = (gracePeriodSeconds: number): unknown => {
      client.remove('Pod', pod, { gracePeriodSeconds });
      const { deletionGracePeriodSeconds, deletionTimestamp } = client.get('Pod', 'default', 'web')!.metadata as {
        deletionGracePeriodSeconds?: number;
        deletionTimestamp?: string;
      };
      return [deletionGracePeriodSeconds, deletionTimestamp];
    };
    assert.deepEqual(graceAfter(30), [30, '2026-01-01T00:00:30Z']);
    assert.deepEqual(graceAfter(5), [5, '2026-01-01T00:00:05Z']);
    assert.deepEqual(graceAfter(60), [5, '2026-01-01T00:00:05Z']);
  });
});

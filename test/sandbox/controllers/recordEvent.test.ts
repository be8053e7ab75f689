import assert from 'node:assert/strict';
import { simulate, template } from './simulated.js';

describe('events', () => {
  it('count what repeats, and are forgotten after an hour', async () => {
    const { client, pass } = await simulate();
    client.create('batch/Job', {
      metadata: { name: 'job', namespace: 'default' },
      spec: { template: template('job:1', { restartPolicy: 'OnFailure' }, { 'sandbox.kapply.dev/exit-code': '1' }) },
    });
    pass(1500);
    const backOff = client.list('Event', 'default').filter(({ reason }) => reason === 'BackOff');
    assert.equal(backOff.length, 1);
    assert.ok((backOff[0]?.count ?? 0) > 3);
    client.remove('batch/Job', client.get('batch/Job', 'default', 'job')!);
    pass(3_500_000);
    assert.equal(client.list('Event', 'default').filter(({ reason }) => reason === 'BackOff').length, 1);
    pass(200_000);
    assert.deepEqual(client.list('Event', 'default'), []);
  });
});

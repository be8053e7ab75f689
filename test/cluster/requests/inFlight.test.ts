import assert from 'node:assert/strict';
import { flowAfter, limitInFlight, startFlow, type Flow, type Sample } from '../../../src/cluster/requests/inFlight.js';

const MOST = 64;
const quick: Sample = { method: 'PATCH', status: 200, ms: 20 };
const slow: Sample = { method: 'PATCH', status: 200, ms: 2000 };
const refused: Sample = { method: 'PATCH', status: 429, ms: 5 };

function after(flow: Flow, sample: Sample, count: number, { most = MOST, isFull = true } = {}): Flow {
  let now = flow;
  for (let index = 0; index < count; index += 1) now = flowAfter(now, sample, isFull, most);
  return now;
}

describe('cluster/requests/inFlight', () => {
  it('begins with less than the most, and grows to it while the server keeps up', () => {
    const flow = startFlow(MOST);
    assert.equal(flow.limit, 32);
    assert.equal(after(flow, quick, 31).limit, 32);
    assert.equal(after(flow, quick, 32).limit, MOST);
    assert.equal(after(flow, quick, 1000).limit, MOST);
  });

  it('never has more than --concurrency in flight', () => {
    assert.equal(startFlow(3).limit, 3);
    assert.equal(after(startFlow(3), quick, 1000, { most: 3 }).limit, 3);
    assert.equal(after(startFlow(1), refused, 1000, { most: 1 }).limit, 1);
  });

  it('does not grow where it is not used up', () => {
    assert.equal(after(startFlow(MOST), quick, 1000, { isFull: false }).limit, 32);
  });

  it('halves at a 429, once for a burst of them, and grows again', () => {
    const flow = after(startFlow(MOST), quick, 1000);
    const halved = after(flow, refused, 1);
    assert.equal(halved.limit, 32);
    assert.equal(after(halved, refused, 63).limit, 32);
    assert.equal(after(halved, refused, 65).limit, 16);
    assert.equal(after(flow, refused, 10_000).limit, 4);
    assert.equal(after(halved, quick, 32).limit, 40);
    assert.equal(after(after(flow, refused, 10_000), quick, 10_000).limit, MOST);
  });

  it('shrinks while most answers come slowly, by the measure of their own method', () => {
    const flow = after(startFlow(MOST), quick, 32);
    assert.equal(after(flow, slow, 64).limit, 48);
    assert.equal(after(flow, slow, 10_000).limit, 32);
    assert.equal(after(after(flow, refused, 1000), slow, 1000).limit, 4);
    // A server that was never quicker is far away, not overloaded.
    assert.equal(after(startFlow(MOST), slow, 1000).limit, MOST);
    assert.equal(after(flow, { ...slow, method: 'GET' }, 64).limit, MOST);
  });

  it('runs in order, with never more at once than the limit', async () => {
    const flow = limitInFlight(3);
    const order: number[] = [];
    let active = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        flow
          .run(async () => {
            order.push(index);
            active += 1;
            most = Math.max(most, active);
            await new Promise((resolve) => setImmediate(resolve));
            active -= 1;
            if (index % 2 === 1) throw new Error('refused');
          })
          .catch(() => undefined),
      ),
    );
    assert.equal(most, 3);
    assert.deepEqual(
      order,
      Array.from({ length: 20 }, (_, index) => index),
    );
  });
});

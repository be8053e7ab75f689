import assert from 'node:assert/strict';
import { mapConcurrently } from '../../../src/engine/run/mapConcurrently.js';

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('mapConcurrently', () => {
  it('keeps the order, and the limit', async () => {
    let running = 0;
    let most = 0;
    const results = await mapConcurrently([1, 2, 3, 4, 5], 2, async (item) => {
      running += 1;
      most = Math.max(most, running);
      for (let turns = 5 - item; turns >= 0; turns--) await soon();
      running -= 1;
      return item * 10;
    });
    assert.deepEqual(results, [10, 20, 30, 40, 50]);
    assert.equal(most, 2);
  });

  // A run that ends because the server is gone must not go on writing behind its own report.
  it('begins nothing more after a rejection, and rejects when what had begun is over', async () => {
    const failure = new Error('first');
    const begun: number[] = [];
    const over: number[] = [];
    const work = async (item: number): Promise<void> => {
      begun.push(item);
      if (item === 1) throw failure;
      for (let turns = 0; turns < 5; turns++) await soon();
      over.push(item);
      if (item === 2) throw new Error('second');
    };
    await assert.rejects(mapConcurrently([1, 2, 3, 4, 5, 6], 3, work), failure);
    const [begunThen, overThen] = [[...begun], [...over]];
    for (let turns = 0; turns < 20; turns++) await soon();
    assert.deepEqual(begunThen, [1, 2, 3]);
    assert.deepEqual(overThen, [2, 3]);
    assert.deepEqual([begun, over], [begunThen, overThen]);
  });

  it('takes a limit below 1 for 1', async () => {
    assert.deepEqual(await mapConcurrently([1, 2], 0, (item) => Promise.resolve(item)), [1, 2]);
  });
});

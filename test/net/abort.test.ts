import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { boundSignal, orAborted, pause, untilAborted } from '../../src/net/abort.js';

const never = new Promise<never>(() => undefined);
const listeners = (...controllers: readonly AbortController[]): number[] =>
  controllers.map(({ signal }) => getEventListeners(signal, 'abort').length);

describe('orAborted and untilAborted', () => {
  it('give what the promise gives, and listen to nothing afterwards', async () => {
    const [one, two] = [new AbortController(), new AbortController()];
    assert.equal(await untilAborted(Promise.resolve('done'), [one.signal, undefined, two.signal]), 'done');
    await assert.rejects(untilAborted(Promise.reject(new Error('failed')), [one.signal, two.signal]), /failed/);
    assert.equal(await orAborted(Promise.resolve('done'), one.signal), 'done');
    assert.deepEqual(listeners(one, two), [0, 0]);
  });

  it('reject with the reason of the signal that aborts, and let go of the others although the promise never ends', async () => {
    const [one, two] = [new AbortController(), new AbortController()];
    const outcome = assert.rejects(untilAborted(never, [one.signal, two.signal]), /second/);
    two.abort(new Error('second'));
    await outcome;
    assert.deepEqual(listeners(one, two), [0, 0]);
    await assert.rejects(untilAborted(never, [one.signal, two.signal]), /second/);
    one.abort(new Error('first'));
    await assert.rejects(untilAborted(Promise.reject(new Error('too late')), [one.signal, two.signal]), /first/);
  });

  it('are one listener to Node, however many there are', async () => {
    const run = new AbortController();
    const all = Array.from({ length: 50 }, () => untilAborted(never, [run.signal]));
    const bounds = Array.from({ length: 50 }, () => boundSignal([run.signal], undefined));
    assert.deepEqual(listeners(run), [1]);
    for (const { release } of bounds.slice(25)) release();
    run.abort(new Error('over'));
    const outcomes = await Promise.allSettled(all);
    assert.ok(outcomes.every((outcome) => outcome.status === 'rejected' && /over/.test(String(outcome.reason))));
    assert.deepEqual(
      bounds.map(({ signal }) => signal.aborted),
      bounds.map((_, index) => index < 25),
    );
    assert.deepEqual(listeners(run), [0]);
  });
});

describe('boundSignal', () => {
  it('aborts with the reason of a source, of one that has aborted already, or of the time-out', async () => {
    const [one, two] = [new AbortController(), new AbortController()];
    const bound = boundSignal([undefined, one.signal, two.signal], 10_000);
    two.abort(new Error('second'));
    assert.match(String(bound.signal.reason), /second/);
    assert.deepEqual(listeners(one, two), [0, 0]);
    assert.match(String(boundSignal([one.signal, two.signal], undefined).signal.reason), /second/);
    const late = boundSignal([one.signal], 1);
    await wait(20);
    assert.match(String(late.signal.reason), /no answer within 1 ms/);
    assert.deepEqual(listeners(one), [0]);
  });

  it('aborts no more once it is released, not even by who listens to the same signal before it', () => {
    const run = new AbortController();
    const first = boundSignal([run.signal], undefined);
    first.signal.addEventListener('abort', () => second.release());
    const second = boundSignal([run.signal], undefined);
    run.abort();
    assert.deepEqual([first.signal.aborted, second.signal.aborted], [true, false]);
  });
});

describe('pause', () => {
  it('leaves nothing behind when it is ended', async () => {
    const [run, client] = [new AbortController(), new AbortController()];
    await pause(1, [run.signal, client.signal]);
    const pausing = assert.rejects(pause(60_000, [run.signal, client.signal]), /over/);
    run.abort(new Error('over'));
    await pausing;
    assert.deepEqual(listeners(run, client), [0, 0]);
  });
});

import assert from 'node:assert/strict';
import { makeExpiringAuthenticator } from '../../../src/cluster/auth/expiring.js';

describe('credentials that expire', () => {
  let now: number;
  let made: number;
  let stale: number[];
  /** Credentials that last so long, by this machine's clock. */
  const lasting = (ms: number | undefined) =>
    makeExpiringAuthenticator(
      () => {
        made += 1;
        const expires = ms === undefined ? undefined : now + ms;
        return Promise.resolve({ credentials: { authorization: `Bearer ${made}` }, expires });
      },
      () => now,
      (expires) => stale.push(expires),
    );
  beforeEach(() => {
    now = 1_000_000;
    made = 0;
    stale = [];
  });

  it('are made once, and anew when their time has come', async () => {
    const given = lasting(60_000);
    await Promise.all([given.current(), given.current()]);
    now += 59_000;
    assert.equal((await given.current()).authorization, 'Bearer 1');
    now += 1_001;
    assert.equal((await given.current()).authorization, 'Bearer 2');
    assert.deepEqual(stale, []);
  });

  it('are kept for ever where they say nothing', async () => {
    const given = lasting(undefined);
    await given.current();
    now += 1e12;
    assert.equal((await given.current()).authorization, 'Bearer 1');
  });

  it('are made anew at once where the server refuses them', async () => {
    const given = lasting(60_000);
    const first = await given.current();
    assert.ok(given.discard(first));
    assert.equal((await given.current()).authorization, 'Bearer 2');
    // What an earlier request was refused with is not in use any more.
    assert.ok(given.discard(first));
    assert.equal((await given.current()).authorization, 'Bearer 2');
  });

  // A machine whose clock is ahead: a program would be started, or a refresh token spent, for each request.
  it('that have ended when they come serve for a while all the same, and it is told once', async () => {
    const given = lasting(-5_000);
    for (let count = 0; count < 20; count += 1) {
      const used = await given.current();
      now += 1_000;
      assert.equal(used.authorization, 'Bearer 1');
    }
    now += 60_000;
    const second = await given.current();
    assert.equal(second.authorization, 'Bearer 2');
    assert.ok(given.discard(second));
    assert.equal((await given.current()).authorization, 'Bearer 3');
    assert.deepEqual(stale, [995_000]);
  });
});

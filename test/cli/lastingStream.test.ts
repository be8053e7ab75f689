import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { lasting } from '../../src/cli/lastingStream.js';

const failing = (code: string): Error => Object.assign(new Error(code), { code });

/** As Node's stream of a file, which throws, or as that of a pipe, which tells later. */
function brokenStream(code: string, how: 'throws' | 'tells'): Writable {
  return new Writable({
    write: (_chunk, _encoding, done) => {
      if (how === 'throws') throw failing(code);
      done(failing(code));
    },
  });
}

describe('lasting', () => {
  for (const how of ['throws', 'tells'] as const) {
    for (const [code, expected] of [
      ['ENOSPC', 'ENOSPC'],
      ['EIO', 'EIO'],
      ['EPIPE', undefined],
    ] as const) {
      it(`a stream that ${how} ${code} ends nothing, and ${expected === undefined ? 'is no failure' : 'is told'}`, async () => {
        const stream = brokenStream(code, how);
        const failure = lasting(stream);
        assert.equal(failure(), undefined);
        await new Promise<void>((resolve) => {
          stream.write('one\n', () => resolve());
        });
        stream.write('two\n');
        await setImmediate();
        assert.equal(failure(), expected);
      });
    }
  }
});

/** No stream of HTTP/2 is reset while what came on its connection is being read: Node 20 crashes (docs/decisions/0268). */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { discard } from '../../src/net/discard.js';
import { chunksOf } from '../../src/net/readBody.js';

const src = new URL('../../src/', import.meta.url).pathname;
/** The rooms that hold bodies of answers. */
const files = ['net', 'cluster'].flatMap((room) =>
  readdirSync(join(src, room), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${room}/${file}`),
);

const response = (body: PassThrough) => ({ status: 200, headers: {}, body });

describe('a body', () => {
  it('is discarded when the read that is going on is over', async () => {
    const body = new PassThrough();
    discard(body);
    await Promise.resolve();
    await new Promise((resolve) => {
      process.nextTick(resolve);
    });
    assert.equal(body.destroyed, false);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(body.destroyed, true);
  });

  it('is not reset by a loop that is left early, but when the read is over', async () => {
    const body = new PassThrough();
    body.write('a');
    for await (const chunk of chunksOf(response(body))) {
      assert.equal(String(chunk), 'a');
      break;
    }
    assert.equal(body.destroyed, false);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(body.destroyed, true);
  });

  it('is handed out whole, and its error as well', async () => {
    const body = new PassThrough();
    body.end('ab');
    const read: string[] = [];
    for await (const chunk of chunksOf(response(body))) read.push(String(chunk));
    assert.deepEqual(read, ['ab']);
    const broken = new PassThrough();
    broken.destroy(new Error('reset'));
    await assert.rejects(async () => {
      for await (const chunk of chunksOf(response(broken))) assert.fail(String(chunk));
    }, /reset/);
  });

  it('is destroyed nowhere else, and read by no loop that would', () => {
    const found = files.flatMap((file) =>
      readFileSync(join(src, file), 'utf8')
        .split('\n')
        .filter((line) => /body\.destroy\(|of (?:\w+\()*unpack\(|of (?:\w+\()*response\.body/.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
    assert.deepEqual(found, ['net/discard.ts: afterReading(() => void body.destroy());']);
  });
});

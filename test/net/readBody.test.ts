import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { readBytes } from '../../src/net/readBody.js';

const bodyOf = (bytes: Buffer, more: object = {}): Readable => Object.assign(Readable.from([bytes]), more);
const WHOLE = Buffer.from('{"items":[]}');
const PACKED = gzipSync(WHOLE);

describe('the body of an answer', () => {
  for (const [what, headers, body, whole] of [
    ['as long as announced', { 'content-length': '12' }, bodyOf(WHOLE), true],
    ['of no announced length', {}, bodyOf(WHOLE), true],
    ['packed', { 'content-length': String(PACKED.length), 'content-encoding': 'gzip' }, bodyOf(PACKED), true],
    ['shorter than announced', { 'content-length': '13' }, bodyOf(WHOLE), false],
    ['of a reset stream', {}, bodyOf(WHOLE, { rstCode: 8 }), false],
    ['of a connection that ended within it', {}, bodyOf(WHOLE, { complete: false }), false],
    ['packed, and cut', { 'content-encoding': 'gzip' }, bodyOf(PACKED.subarray(0, 20)), false],
  ] as const) {
    it(`is ${whole ? 'read' : 'not taken for whole'} where it is ${what}`, async () => {
      const read = readBytes({ status: 200, headers, body }, 1000);
      if (whole) assert.deepEqual(await read, WHOLE);
      else await assert.rejects(read, { name: 'TransportError', reached: 'perhaps' });
      if (!body.closed) await once(body, 'close');
    });
  }
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import type { Io } from '../src/cli/io.js';
import { reportCrash } from '../src/dispatch.js';
import { EXIT } from '../src/errors.js';

describe('a report of what nothing caught', () => {
  it('says which version it was, for whoever gets it', () => {
    let said = '';
    const stream = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        said += chunk.toString();
        done();
      },
    });
    const io: Io = {
      ...{
        program: 'kapply',
        env: {},
        cwd: '/',
        now: Date.now,
        stdin: Readable.from([]),
        stdout: stream,
        stderr: stream,
      },
      ...{ onSignal: () => () => undefined, exit: () => undefined },
    };
    assert.equal(reportCrash(new Error('boom'), io), EXIT.bug);
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    assert.ok(said.includes(version), said);
    assert.match(said, /boom/);
  });
});

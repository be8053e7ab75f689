import assert from 'node:assert/strict';
import { untilBroken } from '../../src/cli/openFlagFile.js';

describe('untilBroken', () => {
  it('writes until the disk is full, says so once, and ends nothing', () => {
    const written: string[] = [];
    const told: string[] = [];
    const write = untilBroken(
      (text) => {
        if (written.length === 2) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
        written.push(text);
      },
      (code) => told.push(code),
    );
    for (const line of ['one', 'two', 'three', 'four']) write(line);
    assert.deepEqual([written, told], [['one', 'two'], ['ENOSPC']]);
  });
});

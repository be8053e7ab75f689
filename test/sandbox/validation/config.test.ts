import assert from 'node:assert/strict';
import { configMapErrors, secretErrors } from '../../../src/sandbox/validation/config.js';

describe('the size of configs', () => {
  const MOST = 1024 * 1024;
  const [fits, tooLong] = ['x'.repeat(MOST), 'x'.repeat(MOST + 1)];
  const bytes = (text: string): string => Buffer.from(text).toString('base64');
  const message = 'Too long: may not be more than 1048576 bytes';

  it('has a bound, over all that is in it', () => {
    assert.deepEqual(configMapErrors({ data: { a: fits } }), []);
    const errors = [{ reason: 'FieldValueTooLong', field: '[]', message }];
    assert.deepEqual(configMapErrors({ data: { a: tooLong } }), errors);
    assert.deepEqual(configMapErrors({ data: { a: 'x' }, binaryData: { b: bytes(fits) } }), errors);
    assert.deepEqual(secretErrors({ data: { a: bytes(fits) } }), []);
    assert.deepEqual(secretErrors({ data: { a: bytes(tooLong) } }), [
      { reason: 'FieldValueTooLong', field: 'data', message },
    ]);
  });
});

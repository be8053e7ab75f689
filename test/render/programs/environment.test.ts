import assert from 'node:assert/strict';
import { environmentFor } from '../../../src/render/programs/environment.js';

describe('what programs of a render get of the environment', () => {
  it('is what they need to be found and to work, on Windows under the names that it has there', () => {
    const windows = {
      ...{ Path: 'C:\\bin', Temp: 'C:\\t', PATHEXT: '.EXE;.CMD', SystemRoot: 'C:\\Windows', ComSpec: 'cmd.exe' },
      ...{ USERPROFILE: 'C:\\me', LocalAppData: 'C:\\me\\l' },
    };
    for (const kind of ['tool', 'code'] as const) {
      assert.deepEqual(environmentFor(kind, windows), windows);
      const unix = { PATH: '/bin', HOME: '/me', TMPDIR: '/t' };
      assert.deepEqual(environmentFor(kind, { ...unix, KAPPLY_SET: 'a', DB_PASSWORD: 'x' }), unix);
    }
  });
});

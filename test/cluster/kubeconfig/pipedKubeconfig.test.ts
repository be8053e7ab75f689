import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadKubeconfig } from '../../../src/cluster/kubeconfig/loadKubeconfig.js';
import { inFolder } from '../testCluster.js';

const CONFIG = JSON.stringify({
  'current-context': 'prod',
  contexts: [{ name: 'prod', context: { cluster: 'c', user: 'u' } }],
});

describe('a kubeconfig in a pipe', () => {
  before(function () {
    if (process.platform === 'win32') this.skip();
  });

  it('has its content whoever asks again: a protected context must be known by its server', () =>
    inFolder(async (folder) => {
      const fifo = join(folder, 'kubeconfig');
      execFileSync('mkfifo', [fifo]);
      const written = writeFile(fifo, CONFIG);
      const first = await loadKubeconfig({ kubeconfig: fifo, env: {} });
      await written;
      assert.equal(first.currentContext, 'prod');
      // Nobody writes any more: whoever opened it a second time would wait for ever.
      const timer = setTimeout(() => void writeFile(fifo, ''), 2000);
      const second = await loadKubeconfig({ kubeconfig: fifo, env: {} });
      clearTimeout(timer);
      assert.deepEqual(second, first);
    }));

  it('in a file is read anew each time', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'kubeconfig');
      await writeFile(file, CONFIG);
      assert.equal((await loadKubeconfig({ kubeconfig: file, env: {} })).currentContext, 'prod');
      await writeFile(file, CONFIG.replaceAll('prod', 'test'));
      assert.equal((await loadKubeconfig({ kubeconfig: file, env: {} })).currentContext, 'test');
    }));
});

import assert from 'node:assert/strict';
import { kubectlCommand } from '../../../src/engine/rollout/kubectlCommand.js';

describe('kubectlCommand', () => {
  it('reaches the same server as the same user', () => {
    const kubectl = ['kubectl', '--kubeconfig', 'my config', '--as', 'ci'];
    const words = ['delete', 'job', 'migrate'];
    assert.equal(
      kubectlCommand({ kubectl, context: 'prod' }, 'shop', words),
      'kubectl --kubeconfig "my config" --as ci -n shop delete job migrate',
    );
    assert.equal(kubectlCommand({ context: 'prod' }, '', words), 'kubectl --context prod delete job migrate');
  });

  it('is none where kubectl finds no server', () => {
    assert.equal(kubectlCommand({ kubectl: [], context: 'kapply-sandbox' }, 'shop', ['get', 'pods']), undefined);
  });
});

import assert from 'node:assert/strict';
import { defaultsFromEnvironment, otherPlacesOf } from '../../../src/cli/settings/flagDefaults.js';

const flags = {
  kustomize: { type: 'option' },
  'prune-label': { type: 'option' },
  'prune-kind': { type: 'option' },
  wait: { type: 'boolean', allowNo: true },
  timeout: { type: 'option' },
  token: { type: 'option' },
};

describe('defaultsFromEnvironment', () => {
  it('takes KAPPLY_ and the name of the flag', () => {
    const env = { KAPPLY_PRUNE_LABEL: 'app=shop', KAPPLY_WAIT: 'false', KAPPLY_TOKEN: 't', OTHER: 'x' };
    assert.deepEqual(defaultsFromEnvironment(flags, env), [
      {
        name: 'prune-label',
        source: 'KAPPLY_PRUNE_LABEL',
        from: 'KAPPLY_PRUNE_LABEL',
        argv: ['--prune-label=app=shop'],
      },
      { name: 'wait', source: 'KAPPLY_WAIT', from: 'KAPPLY_WAIT', argv: ['--wait=false'] },
      { name: 'token', source: 'KAPPLY_TOKEN', from: 'KAPPLY_TOKEN', argv: ['--token=t'] },
    ]);
  });

  it('takes an empty variable for none, and never what to deploy', () => {
    assert.deepEqual(defaultsFromEnvironment(flags, { KAPPLY_TIMEOUT: '', KAPPLY_KUSTOMIZE: 'overlays/prod' }), []);
  });

  it('tells where a flag can be set', () => {
    assert.equal(
      otherPlacesOf('adopt'),
      'Give --adopt on the command line, or set KAPPLY_ADOPT in your own environment.',
    );
    assert.equal(otherPlacesOf('filename'), 'Give --filename on the command line.');
  });
});

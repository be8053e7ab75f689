import assert from 'node:assert/strict';
import { COMMANDS } from '../../src/commands/all.js';
import { NOT_FROM_A_FILE, defaultsFromEnvironment } from '../../src/cli/flagDefaults.js';

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
      { name: 'prune-label', source: 'KAPPLY_PRUNE_LABEL', argv: ['--prune-label=app=shop'] },
      { name: 'wait', source: 'KAPPLY_WAIT', argv: ['--wait=false'] },
      { name: 'token', source: 'KAPPLY_TOKEN', argv: ['--token=t'] },
    ]);
  });

  it('takes an empty variable for none, and never what to deploy', () => {
    assert.deepEqual(defaultsFromEnvironment(flags, { KAPPLY_TIMEOUT: '', KAPPLY_KUSTOMIZE: 'overlays/prod' }), []);
  });
});

describe('NOT_FROM_A_FILE', () => {
  it('holds every flag that names a file, a server or a secret, every consent, and what lets programs run', () => {
    const risky = ['FILE', 'DIR', 'PATH', 'URL', 'TOKEN', 'PORT', 'USER', 'GROUP', 'UID'];
    const flags = Object.values(COMMANDS).flatMap((command: { flags?: object }) => Object.entries(command.flags ?? {}));
    const wanted = flags.filter(([, flag]) => risky.includes((flag as { helpValue?: string }).helpValue ?? ''));
    assert.ok(wanted.length > 10);
    for (const [name] of wanted) assert.ok(NOT_FROM_A_FILE.has(name), name);
    for (const name of [
      'yes',
      'insecure-skip-tls-verify',
      'sandbox',
      'enable-helm',
      'enable-exec',
      'enable-alpha-plugins',
    ])
      assert.ok(NOT_FROM_A_FILE.has(name), name);
  });
});

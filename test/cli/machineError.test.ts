import assert from 'node:assert/strict';
import type { Report } from '../../src/engine/run/report.js';
import { runKapply } from '../commands/runKapply.js';

/** Command lines that end before they begin, with their exit codes. */
const lines: readonly (readonly [argv: readonly string[], exitCode: number, code: string])[] = [
  [['deploy', '-f', 'a.yaml', '--no-such-flag'], 2, 'UsageError'],
  [['deploy', '-f', 'absent.yaml'], 2, 'FileNotFound'],
  [['deploy', '-f', 'absent.yaml', '--timeout=x'], 2, 'InvalidDuration'],
  // One meaning in all commands: there is no wait of no length.
  [['deploy', '-f', 'absent.yaml', '--timeout=0s'], 2, 'InvalidDuration'],
  [['delete', '-f', 'absent.yaml', '--timeout=0s'], 2, 'InvalidDuration'],
  [['prune', '-l', 'a=b', '--timeout=0s'], 2, 'InvalidDuration'],
  [['rollback', '--set', 'shop', '--timeout=0s'], 2, 'InvalidDuration'],
  [['status', '-l', 'a=b', '--timeout=0s'], 2, 'InvalidDuration'],
  [['status'], 2, 'UsageError'],
  [['prune'], 2, 'UsageError'],
  [['history', '--kubeconfig', '/no/such'], 2, 'KubeconfigNotFound'],
  [['status', '-l', 'a=b', '--server', 'https://127.0.0.1:1'], 7, 'Unreachable'],
  [['delpoy'], 2, 'UnknownCommand'],
];

describe('a command that ends before it begins', () => {
  for (const [argv, exitCode, code] of lines) {
    it(`is one document for -o json: ${argv.join(' ')}`, async () => {
      const run = await runKapply([...argv, '-o', 'json'], { env: { KAPPLY_REQUEST_TIMEOUT: '1s' } });
      assert.equal(run.exitCode, exitCode, run.stderr);
      const { summary } = JSON.parse(run.stdout) as Report;
      assert.equal(summary.exitCode, exitCode);
      assert.equal(summary.error?.code, code);
      assert.match(run.stderr, /^error: /m);
    });
  }

  it('is a stream that ends in a summary for -o ndjson', async () => {
    const { stdout } = await runKapply(['deploy', '-f', 'absent.yaml', '--no-such-flag', '--output=ndjson']);
    const types = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type);
    assert.deepEqual(types, ['version', 'stopped', 'summary']);
  });

  it('leaves stdout empty in text, and for render', async () => {
    assert.equal((await runKapply(['deploy', '--no-such-flag'])).stdout, '');
    assert.equal((await runKapply(['render', '-o', 'json', '--no-such-flag'])).stdout, '');
  });
});

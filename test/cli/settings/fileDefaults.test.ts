import assert from 'node:assert/strict';
import { BaseCommand } from '../../../src/cli/baseCommand.js';
import { FROM_A_FILE, NOT_FROM_A_FILE } from '../../../src/cli/settings/fileDefaults.js';
import { COMMANDS } from '../../../src/commands/all.js';
import { makeOverlay } from '../../commands/overlay.js';
import { runKapply } from '../../commands/runKapply.js';

const all = Object.values(COMMANDS).flatMap((command: { flags?: object }) => Object.entries(command.flags ?? {}));
const names = [...new Set([...Object.keys(BaseCommand.baseFlags), ...all.map(([name]) => name)])].sort();

describe('what .kapply.yaml may set', () => {
  it('is said of every flag, once, with a reason for what it may not', () => {
    const said = [...FROM_A_FILE, ...Object.keys(NOT_FROM_A_FILE)].sort();
    assert.deepEqual(said, [...new Set(said)], 'in both tables');
    assert.deepEqual(
      names.filter((name) => !said.includes(name)),
      [],
      'a new flag: may a file that somebody else wrote set it?',
    );
  });

  it('is no flag that agrees, aims, names a file, a server or a secret, or lets programs run', () => {
    const risky = ['FILE', 'DIR', 'PATH', 'URL', 'TOKEN', 'PORT', 'USER', 'GROUP', 'UID', 'MOUNT', 'IMAGE', 'KIND'];
    const wanted = all
      .filter(([, flag]) => risky.includes((flag as { helpValue?: string }).helpValue ?? ''))
      // render's -o is a file; that of the others one of a few words. The reader tells them apart.
      .map(([name]) => name)
      .filter((name) => name !== 'output');
    assert.ok(wanted.length > 12);
    const consents = ['adopt', 'take-over', 'force-conflicts', 'prune-kind', 'prune-limit', 'prune-namespace'];
    const aims = ['context', 'image', 'all-namespaces', 'plain-names', 'older-than', 'lock', 'yes', 'namespace'];
    for (const name of [...wanted, ...consents, ...aims]) assert.ok(!FROM_A_FILE.has(name), name);
  });

  const KUSTOMIZATION = { 'kustomization.yaml': 'configMapGenerator: [{ name: a, literals: [b=c] }]\n' };

  for (const name of Object.keys(NOT_FROM_A_FILE)) {
    it(`is not ${name}: file, line and a way out are said`, async () => {
      const overlay = await makeOverlay({ ...KUSTOMIZATION, '.kapply.yaml': `timeout: 5m\n${name}: x\n` });
      const { exitCode, stdout, stderr } = await runKapply(['deploy', '-k', overlay.folder]);
      await overlay.remove();
      assert.equal(exitCode, 2);
      assert.equal(stdout, '');
      assert.match(stderr, new RegExp(`\\.kapply\\.yaml:2:1: "${name}" cannot be set in \\.kapply\\.yaml: `));
      assert.match(stderr, new RegExp(`try: Give --${name} on the command line`));
    });
  }

  it('counts for none of the commands that render nothing', async () => {
    const overlay = await makeOverlay({ '.kapply.yaml': 'set: [\n' });
    for (const argv of [
      ['prune'],
      ['history', '--kubeconfig', '/no/such'],
      ['schedule'],
      ['status', '-l', 'a=b', '--kubeconfig', '/no/such'],
    ]) {
      const { stderr } = await runKapply(argv, { cwd: overlay.folder });
      assert.doesNotMatch(stderr, /kapply\.yaml/, argv.join(' '));
    }
    await overlay.remove();
  });

  it('is a word for -o of a command that has words, and never a file for render', async () => {
    const overlay = await makeOverlay({ ...KUSTOMIZATION, '.kapply.yaml': 'output: json\n' });
    const { exitCode, stdout } = await runKapply(['render', '-k', overlay.folder], { cwd: overlay.folder });
    assert.equal(exitCode, 0);
    assert.match(stdout, /kind: ConfigMap/);
    const deploy = await runKapply(['deploy', '-k', overlay.folder, '--kubeconfig', '/no/such']);
    assert.match(deploy.stdout, /"schemaVersion": 1/);
    await overlay.remove();
  });

  it('is a mask, whose rules must be regular expressions', async () => {
    const overlay = await makeOverlay({ ...KUSTOMIZATION, '.kapply.yaml': "mask: ['data\\.token$', '(']\n" });
    const { exitCode, stderr } = await runKapply(['deploy', '-k', overlay.folder]);
    await overlay.remove();
    assert.equal(exitCode, 2);
    assert.match(stderr, /--mask=\(: not a regular expression/);
  });
});

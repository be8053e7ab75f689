import assert from 'node:assert/strict';
import { COMMANDS } from '../../../src/commands/all.js';
import { BaseCommand } from '../../../src/cli/baseCommand.js';
import { runKapply } from '../../commands/runKapply.js';

const commands = Object.entries(COMMANDS) as unknown as readonly (readonly [string, typeof BaseCommand])[];

async function help(words: readonly string[], columns = 80): Promise<string> {
  const { exitCode, stdout, stderr } = await runKapply(words, { env: { COLUMNS: String(columns) } });
  assert.deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: '' });
  return stdout;
}

describe('help', () => {
  for (const [name, command] of commands.filter(([one]) => one !== 'help')) {
    it(`of ${name} names every flag with --help, and has no line longer than the terminal`, async () => {
      for (const columns of [80, 100]) {
        const text = await help([name, '--help'], columns);
        for (const flag of Object.keys({ ...BaseCommand.baseFlags, ...command.flags })) {
          assert.match(text, new RegExp(`--(\\[no-\\])?${flag}\\b`));
        }
        // Examples are copied whole: they are not wrapped.
        const prose = text.split('\n').filter((line) => !/kapply |^helm /.test(line));
        assert.deepEqual(
          prose.filter((line) => line.length > columns),
          [],
        );
      }
    });
  }

  it('in short leaves out how a cluster is reached, and says so', async () => {
    const short = await help(['deploy', '-h']);
    assert.doesNotMatch(short, /--context|--enable-helm|--color/);
    assert.match(short, /^ {2}-k, --kustomize DIR {9}Folder with a kustomization\.yaml\.$/m);
    assert.match(short, /^kapply deploy --help shows \d+ more/m);
    assert.ok(short.split('\n').length < (await help(['deploy', '--help'])).split('\n').length * 0.7);
  });

  it('lists the commands, however it is asked for', async () => {
    const overview = await help([]);
    for (const words of [['--help'], ['-h'], ['help']]) assert.equal(await help(words), overview);
    for (const [name] of commands) assert.match(overview, new RegExp(`^  ${name} `, 'm'));
    assert.equal(await help(['help', 'diff']), await help(['diff', '--help']));
  });

  it('calls the program what its user calls it', async () => {
    const { stdout } = await runKapply(['deploy', '--help'], { program: 'kubectl kapply' });
    assert.match(stdout, /^usage: kubectl kapply deploy \[flags\]$/m);
    assert.match(stdout, /^kubectl kapply deploy -k overlays\/prod/m);
    assert.doesNotMatch(stdout, /(?<!kubectl )kapply (deploy|diff)/);
  });

  it('refuses a command that there is not', async () => {
    const { exitCode, stderr } = await runKapply(['help', 'deploi']);
    assert.equal(exitCode, 2);
    assert.match(stderr, /unknown command "deploi"\n {2}try: Did you mean deploy\?/);
  });
});

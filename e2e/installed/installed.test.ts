/**
 * kapply started as people start it: the packed and installed program, on real pseudo-terminals, in pipes, and with
 * nothing on stdin. `KAPPLY_NODE` names another Node to start it with.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { install, type Installation } from './installation.js';
import { writeShop } from './shop.js';
import { startOnTerminal, type OnTerminal } from './terminal.js';

const NODE = process.env.KAPPLY_NODE ?? process.execPath;
/** On another Node one width is enough: what is drawn does not depend on it. */
const WIDTHS = process.env.KAPPLY_NODE === undefined ? [120, 80, 40] : [80];
const COMMANDS = [
  'completion',
  'delete',
  'deploy',
  'diff',
  'history',
  'prune',
  'render',
  'sandbox',
  'schedule',
  'status',
];
/** What a crash looks like, whoever caught it. */
const CRASH = /at .*\.js:\d+:\d+|node:internal|bug in kapply|is not part of the bundle/;

interface Ran {
  readonly code: number;
  readonly lines: readonly string[];
}

describe(`the installed package on Node ${process.env.KAPPLY_NODE === undefined ? process.version : NODE}`, () => {
  let installation: Installation;
  let home: string;
  let shop: string;
  /** Node first on the PATH, so that the shebang of the installed command finds it. */
  const env = (): Record<string, string> => ({
    PATH: `${dirname(NODE)}:${process.env.PATH ?? ''}`,
    HOME: home,
    LANG: 'C.UTF-8',
    KUBECONFIG: join(home, 'none'),
  });
  const onTerminal = (args: readonly string[], columns: number, rows = 50): OnTerminal =>
    startOnTerminal(NODE, [installation.command('kapply'), ...args], { columns, rows, cwd: shop, env: env() });
  const finish = async (running: OnTerminal): Promise<Ran> => {
    const code = await running.ended;
    return { code, lines: await running.lines() };
  };
  const deployArgs = (state: string, ...more: readonly string[]): string[] => [
    'deploy',
    ...['-k', '.', '--sandbox', '--sandbox-state', join(home, state), '--prune-label', 'app=shop'],
    ...more,
  ];

  before(async function () {
    this.timeout(180_000);
    installation = await install();
  });
  beforeEach(async () => {
    home = await realpath(await mkdtemp(join(tmpdir(), 'kapply-home-')));
    shop = join(home, 'shop');
    await writeShop(shop, { password: 'one' });
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  for (const columns of WIDTHS) {
    it(`says what it is and helps on a terminal of ${columns} columns`, async () => {
      const words = [['--version'], ['--help'], ...COMMANDS.map((name) => [name, '--help'])];
      for (const args of words) {
        const { code, lines } = await finish(onTerminal(args, columns));
        const text = lines.join('\n');
        assert.equal(code, 0, `${args.join(' ')}\n${text}`);
        assert.doesNotMatch(text, CRASH);
        assert.ok(lines.length > 0, args.join(' '));
      }
    });
  }

  it('helps as kubectl plugin', async () => {
    const running = startOnTerminal(NODE, [installation.command('kubectl-kapply'), '--version'], {
      columns: 80,
      cwd: shop,
      env: env(),
    });
    const { code, lines } = await finish(running);
    assert.equal(code, 0, lines.join('\n'));
  });

  it('completes as kubectl starts it', async () => {
    const running = startOnTerminal(NODE, [installation.command('kubectl_complete-kapply'), 'dep'], {
      columns: 80,
      cwd: shop,
      env: env(),
    });
    const { code, lines } = await finish(running);
    assert.equal(code, 0, lines.join('\n'));
    assert.deepEqual(
      lines.map((line) => line.trim()).filter((line) => line !== ''),
      ['deploy', ':4'],
    );
  });

  it('ends every command without a cluster with a word and exit 2 or 7, on a terminal and in a pipe', async () => {
    const words = [
      ['deploy', '-k', '.'],
      ['diff', '-k', '.'],
      ['delete', '-k', '.'],
      ['status', '-k', '.'],
      ['prune', '-l', 'app=shop'],
      ['history'],
      ['deploy'],
      ['frobnicate'],
      ['deploy', '--no-such-flag'],
    ];
    for (const args of words) {
      const { code, lines } = await finish(onTerminal(args, 80));
      const text = lines.join('\n');
      assert.ok([2, 7].includes(code), `${args.join(' ')}: ${code}\n${text}`);
      assert.match(text, /error: /);
      assert.doesNotMatch(text, CRASH);
      const piped = await inPipe(args);
      assert.equal(piped.code, code, `${args.join(' ')} in a pipe:\n${piped.stderr}`);
      assert.doesNotMatch(piped.stderr, CRASH);
    }
  });

  for (const columns of WIDTHS) {
    it(`deploys, and deploys a change, on ${columns} columns`, async () => {
      const first = await finish(onTerminal(deployArgs('state.json'), columns));
      assert.equal(first.code, 0, first.lines.join('\n'));
      await sleep(1100);
      await writeShop(shop, { password: 'two' });
      const second = await finish(onTerminal(deployArgs('state.json'), columns));
      const text = second.lines.join('\n');
      assert.equal(second.code, 0, text);
      assert.match(text, /1\/1 deleted/);
      assertNoGhosts(second.lines);
    });
  }

  it('says why a rollout fails, and exits 3', async () => {
    await writeShop(shop, { password: 'one', image: 'registry.example.com/shop/web:does-not-exist' });
    const { code, lines } = await finish(onTerminal(deployArgs('state.json', '--timeout', '60s'), 80));
    const text = lines.join('\n');
    assert.equal(code, 3, text);
    assert.match(text, /ImagePullBackOff|ErrImagePull/);
    assert.match(text, /Nothing was pruned/);
    assertNoGhosts(lines);
  });

  it('leaves at Ctrl-C with 130, and says what was applied', async () => {
    await writeShop(shop, { password: 'one', image: 'registry.example.com/shop/web:does-not-exist' });
    const running = onTerminal(deployArgs('state.json', '--no-fail-fast'), 80);
    await running.waitFor('Roll out');
    await sleep(500);
    running.type('\x03');
    const { code, lines } = await finish(running);
    const text = lines.join('\n');
    assert.equal(code, 130, text);
    assert.match(text, /2\/2 applied/);
    assertNoGhosts(lines);
  });

  it('leaves no ghosts where the terminal is resized while it waits', async () => {
    await writeShop(shop, { password: 'one', image: 'registry.example.com/shop/web:does-not-exist' });
    const running = onTerminal(deployArgs('state.json', '--no-fail-fast'), 100, 30);
    await running.waitFor('Roll out');
    for (const [columns, rows] of [
      [50, 12],
      [120, 30],
    ] as const) {
      await running.resize(columns, rows);
      await sleep(300);
    }
    running.type('\x03');
    const { code, lines } = await finish(running);
    assert.equal(code, 130, lines.join('\n'));
    assertNoGhosts(lines);
  });

  it('leaves at Ctrl-C at a question with 130, and has deleted nothing', async () => {
    const first = await finish(onTerminal(deployArgs('state.json'), 80));
    assert.equal(first.code, 0, first.lines.join('\n'));
    const source = ['-k', '.', '--sandbox', '--sandbox-state', join(home, 'state.json')];
    const running = onTerminal(['delete', ...source, '--prune-label', 'app=shop'], 40, 10);
    await running.waitFor('[y/N/v]');
    running.type('\x03');
    const { code, lines } = await finish(running);
    assert.equal(code, 130, lines.join('\n'));
    const again = await finish(onTerminal(deployArgs('state.json'), 80));
    assert.match(again.lines.join('\n'), /=2 unchanged/);
  });

  for (const answer of ['y', 'n'] as const) {
    it(`takes ${answer} for an answer`, async () => {
      const first = await finish(onTerminal(deployArgs('state.json'), 80));
      assert.equal(first.code, 0, first.lines.join('\n'));
      const source = ['-k', '.', '--sandbox', '--sandbox-state', join(home, 'state.json')];
      const running = onTerminal(['delete', ...source, '--prune-label', 'app=shop'], 80);
      await running.waitFor('[y/N/v]');
      running.type(`${answer}\r`);
      const { code, lines } = await finish(running);
      const text = lines.join('\n');
      assert.equal(code, answer === 'y' ? 0 : 2, text);
      assert.doesNotMatch(text, CRASH);
    });
  }

  it('deploys in a pipe with stdin closed, and with a reader that leaves early', async () => {
    const deployed = await inPipe(deployArgs('state.json'));
    assert.equal(deployed.code, 0, deployed.stderr);
    assert.ok(!deployed.stdout.includes('\u001b'), deployed.stdout);
    const early = await inPipe(['render', '-k', '.'], { leave: true });
    assert.equal(early.code, 0, early.stderr);
    assert.doesNotMatch(early.stderr, CRASH);
  });

  interface Piped {
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
  }

  /** Runs it in pipes, nothing on stdin; `leave` closes stdout at once. */
  function inPipe(args: readonly string[], { leave = false } = {}): Promise<Piped> {
    return new Promise((resolve, reject) => {
      const command = [installation.command('kapply'), ...args];
      const child = spawn(NODE, command, { cwd: shop, env: env(), stdio: ['ignore', 'pipe', 'pipe'] });
      let stdout = '';
      let stderr = '';
      if (leave) child.stdout.destroy();
      else child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });
  }
});

/** Each phase stands on the screen once: what was redrawn has been erased before. */
function assertNoGhosts(lines: readonly string[]): void {
  for (const phase of ['Render', 'Plan', 'Apply', 'Roll out', 'Prune']) {
    const found = lines.filter((line) => line.slice(2).startsWith(phase));
    assert.ok(found.length <= 1, `${phase} stands ${found.length} times:\n${lines.join('\n')}`);
  }
}

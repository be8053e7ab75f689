import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { makeOverlay, type Overlay } from '../commands/overlay.js';
import { runKapply } from '../commands/runKapply.js';
import { startTestServer, type TestHandler } from '../cluster/testServer.js';
import { aggregated, bodies, hostile, lists } from './hostileServer.js';

const CANARY = 'canary-5Xq9-token';
/** With `--request-timeout 1s`, and two cores that others use as well. */
const BUDGET_MS = 60_000;

const COMMANDS: readonly (readonly string[])[] = [
  ['diff', '-k', '.'],
  // An apply that nobody answers is tried until --timeout: a webhook may be about to come up.
  ['deploy', '-k', '.', '--prune-label', 'app=shop', '--yes', '-o', 'json', '--no-lock', '--timeout', '5s'],
  ['status', '-l', 'app=shop'],
  ['prune', '-l', 'app=shop', '--yes'],
  ['history'],
  ['uses', 'configmap/cfg', '-o', 'mermaid'],
  ['uses', '--unused'],
];

/** Answers that never came whole: the client asks again, and waits longer each time. */
const TRIED_AGAIN: ReadonlySet<string> = new Set(['bytes that are no gzip', 'a broken connection']);

describe('whole commands against a server that lies', function () {
  this.timeout(BUDGET_MS * 6);
  let overlay: Overlay;
  before(async () => {
    overlay = await makeOverlay({
      'kustomization.yaml': 'metadata: { name: shop }\nconfigMapGenerator:\n- { name: cfg, literals: [color=blue] }\n',
    });
    // Whoever is the first loads all that these commands need, which is no time of theirs.
    await endsWell(hostile({ discovery: () => ({ body: null }) }), COMMANDS, [5, 7], /^/, Infinity);
  });
  after(() => overlay.remove());

  /** Runs each command; all that it may come to is a refusal or an unreachable server, in time, without the token. */
  async function endsWell(
    handle: TestHandler,
    commands = COMMANDS,
    codes: readonly number[] = [5, 7],
    differs = /^/,
    budgetMs = BUDGET_MS,
  ): Promise<void> {
    const server = await startTestServer(handle, { protocol: 'https' });
    try {
      const check = async (command: readonly string[]): Promise<void> => {
        const began = performance.now();
        const result = await runKapply(
          [
            ...command,
            ...['--server', server.url, '--insecure-skip-tls-verify', '--token', CANARY],
            ...['-n', 'shop', '--request-timeout', '1s'],
          ],
          { cwd: overlay.folder, env: { HOME: overlay.folder, KUBECONFIG: '/dev/null' } },
        );
        const said = `${command.join(' ')}: exit ${result.exitCode}\n${result.stdout}${result.stderr}`;
        assert.ok(codes.includes(result.exitCode), said);
        assert.ok(!said.includes(CANARY), said);
        if (result.exitCode === 1) assert.match(said, differs);
        assert.ok(performance.now() - began < budgetMs, `${command.join(' ')} took too long`);
      };
      // Side by side: most of their time is waiting.
      await Promise.all(commands.map(check));
    } finally {
      await server.close();
    }
  }

  // What is tried again takes ten seconds by the clock, of the commands of each kind of request: these begin together, with the
  // first of them whose turn it is.
  const together = new Map<string, () => Promise<void>>();
  let begun: ReadonlyMap<string, Promise<void>> | undefined;
  const begin = (): ReadonlyMap<string, Promise<void>> => {
    const all = new Map([...together].map(([name, run]) => [name, run()]));
    // Each is awaited in its own test; until then, that it failed is not unhandled.
    void Promise.allSettled(all.values());
    return all;
  };
  const check = (kind: string, what: string, run: () => Promise<void>): void => {
    const name = `${kind}: ${what}`;
    if (!TRIED_AGAIN.has(what)) {
      it(name, run);
      return;
    }
    together.set(name, run);
    it(name, () => (begun ??= begin()).get(name));
  };

  for (const [what, lie] of Object.entries(bodies))
    check('discovery', what, () => endsWell(hostile({ discovery: lie })));

  const noNames: Record<string, object> = {
    'a plural that is a path': { resource: '../secrets', responseKind: { kind: 'X' } },
    'a kind that is a list': { resource: 'xs', responseKind: { kind: ['X'] } },
    'verbs that are no list': { resource: 'xs', responseKind: { kind: 'X' }, verbs: 7 },
  };
  for (const [what, resource] of Object.entries(noNames)) {
    it(`discovery: one group with ${what} leaves the others usable`, () => {
      const broken = { metadata: { name: 'broken.example.com' }, versions: [{ version: 'v1', resources: [resource] }] };
      const handle = hostile({
        discovery: ({ url }) => ({
          body: {
            kind: 'APIGroupDiscoveryList',
            metadata: {},
            items: url.pathname === '/api' ? [aggregated('')] : [aggregated('apps'), broken],
          },
        }),
      });
      return endsWell(handle, [['history']], [0]);
    });
  }

  // A prune says what it could not list, and deletes nothing (0); what a deploy needs besides is refused here (403).
  for (const [what, lie] of Object.entries(lists)) {
    // Two thousand requests a list: one command that reads and one that deletes are enough for the one place that counts them.
    const commands = what === 'pages without an end' ? COMMANDS.slice(3, 5) : COMMANDS.slice(2);
    check('lists', what, () => endsWell(hostile({ list: lie }), commands, [0, 1, 5, 7]));
  }

  for (const [what, lie] of Object.entries(bodies)) {
    check('single objects', what, () => endsWell(hostile({ get: lie }), COMMANDS.slice(0, 2)));
    check('writes', what, async () => {
      // A dry run that nobody answered is no refusal: diff shows the object (1), and says that it was not validated.
      await Promise.all([
        endsWell(hostile({ write: lie }), COMMANDS.slice(0, 1), [1, 5, 7], /was not validated/),
        endsWell(hostile({ write: lie }), COMMANDS.slice(1, 2)),
      ]);
    });
  }

  const sockets: Record<string, (socket: Socket) => void> = {
    'that says nothing': () => undefined,
    'that is closed at once': (socket) => socket.destroy(),
    'that is half closed at once': (socket) => socket.end(),
    'that speaks another protocol': (socket) => socket.end('220 mail.example.com ESMTP\r\n'),
    'that breaks off within the headers': (socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-')),
    'with headers without an end': (socket) =>
      socket.once('data', () => flood(socket, 'HTTP/1.1 200 OK\r\n', `x: ${'y'.repeat(1 << 12)}\r\n`)),
    'with a flood of bytes': (socket) => flood(socket, '', 'x'.repeat(1 << 16)),
    'with a flood of informational answers': (socket) =>
      socket.once('data', () => flood(socket, '', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(1 << 10))),
  };
  for (const [what, behave] of Object.entries(sockets)) {
    for (const protocol of ['http', 'https']) {
      it(`connections: one over ${protocol} ${what}`, async () => {
        const open = new Set<Socket>();
        const server = createServer({ allowHalfOpen: true }, (socket) => {
          open.add(socket);
          socket.on('error', () => undefined);
          behave(socket);
        });
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        const { port } = server.address() as AddressInfo;
        try {
          const flags = [
            '--server',
            `${protocol}://127.0.0.1:${port}`,
            '--insecure-skip-tls-verify',
            '--request-timeout',
            '1s',
          ];
          const began = performance.now();
          const { exitCode, stdout, stderr } = await runKapply(
            ['status', '-l', 'app=shop', ...flags, '--token', CANARY],
            {
              cwd: overlay.folder,
              env: { HOME: overlay.folder, KUBECONFIG: '/dev/null' },
            },
          );
          assert.equal(exitCode, 7, stdout + stderr);
          assert.ok(!(stdout + stderr).includes(CANARY));
          assert.ok(performance.now() - began < BUDGET_MS);
        } finally {
          for (const socket of open) socket.destroy();
          server.close();
        }
      });
    }
  }
});

/** As fast as it is read. */
function flood(socket: Socket, first: string, chunk: string): void {
  const fill = (): void => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.write(first);
  socket.on('drain', fill);
  fill();
}

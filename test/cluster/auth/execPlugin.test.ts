import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runExecPlugin } from '../../../src/cluster/auth/execPlugin.js';
import { NO_CLUSTER } from '../../../src/cluster/kubeconfig/kubeconfig.js';
import { parseKubeconfig } from '../../../src/cluster/kubeconfig/parseKubeconfig.js';
import { KapplyError } from '../../../src/errors.js';
import { testCertificate } from '../testCertificates.js';
import { inFolder, withCluster } from '../testCluster.js';
import { emptyDiscovery, startTestServer, type TestServer } from '../testServer.js';

const API_VERSION = 'client.authentication.k8s.io/v1';

interface Plugin {
  readonly user: object;
  /** What each run was told: its KUBERNETES_EXEC_INFO and the variable ROLE. */
  readonly runs: () => Promise<
    { info: { apiVersion: string; spec: Record<string, unknown> }; role: string | undefined }[]
  >;
}

/** A plugin that prints `status` (its token gets the number of the run) and keeps a journal. */
async function plugin(folder: string, status: object, exec: object = {}, before = ''): Promise<Plugin> {
  const script = join(folder, 'plugin.mjs');
  const journal = join(folder, 'journal');
  await writeFile(
    script,
    `import { appendFileSync, readFileSync } from 'node:fs';
     appendFileSync(${JSON.stringify(journal)}, JSON.stringify({ info: JSON.parse(process.env.KUBERNETES_EXEC_INFO), role: process.env.ROLE }) + '\\n');
     const count = readFileSync(${JSON.stringify(journal)}, 'utf8').trim().split('\\n').length;
     ${before}
     const status = ${JSON.stringify(status)};
     if (status.token) status.token += count;
     await new Promise((resolve) => setTimeout(resolve, 50));
     console.log(JSON.stringify({ kind: 'ExecCredential', apiVersion: ${JSON.stringify(API_VERSION)}, status }));`,
  );
  return {
    user: {
      exec: {
        apiVersion: API_VERSION,
        command: process.execPath,
        args: [script],
        env: [{ name: 'ROLE', value: 'deployer' }],
        interactiveMode: 'Never',
        ...exec,
      },
    },
    runs: async () =>
      (await readFile(journal, 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Awaited<ReturnType<Plugin['runs']>>[number]),
  };
}

describe('exec plugins', () => {
  let server: TestServer;
  let accepted: (authorization: string | undefined) => boolean;
  beforeEach(async () => {
    accepted = () => true;
    server = await startTestServer((request) =>
      accepted(request.headers.authorization) ? emptyDiscovery(request) : { status: 401 },
    );
  });
  afterEach(() => server.close());

  const failing = (user: object, code: string, words: RegExp): Promise<void> =>
    withCluster(
      server,
      (cluster) =>
        assert.rejects(cluster.discover(), (error) => {
          assert.ok(error instanceof KapplyError, String(error));
          assert.equal(error.code, code);
          assert.equal(error.exitCode, 7);
          assert.match([error.message, ...error.suggestions].join('\n'), words);
          return true;
        }),
      { user },
    );

  it('run once for many requests, and are told what kubectl tells them', () =>
    inFolder(async (folder) => {
      const { user, runs } = await plugin(folder, { token: 'token-' }, { provideClusterInfo: true });
      const clusterEntry = {
        server: server.url,
        'certificate-authority-data': Buffer.from(server.ca).toString('base64'),
        extensions: [{ name: API_VERSION.replace('/v1', '/exec'), extension: { audience: 'x' } }],
      };
      await withCluster(server, (cluster) => Promise.all([1, 2, 3].map(() => cluster.discover({ refresh: true }))), {
        user,
        clusterEntry,
      });
      const [run, ...more] = await runs();
      assert.deepEqual(more, []);
      assert.equal(run?.role, 'deployer');
      assert.deepEqual(run.info, {
        kind: 'ExecCredential',
        apiVersion: API_VERSION,
        spec: {
          interactive: false,
          cluster: {
            server: server.url,
            'certificate-authority-data': Buffer.from(server.ca).toString('base64'),
            config: { audience: 'x' },
          },
        },
      });
      assert.deepEqual(
        new Set(server.requests.map(({ headers }) => headers.authorization)),
        new Set(['Bearer token-1']),
      );
    }));

  it('may take longer than a request: somebody may have to log in', () =>
    inFolder(async (folder) => {
      const wait = 'await new Promise((resolve) => setTimeout(resolve, 1500));';
      const { user } = await plugin(folder, { token: 't' }, {}, wait);
      await withCluster(server, (cluster) => cluster.discover(), { user, requestTimeoutMs: 1000 });
    }));

  it('are not run for each request where what they print has expired already: whether it serves, the server says', () =>
    inFolder(async (folder) => {
      const expirationTimestamp = new Date(Date.now() - 1000).toISOString();
      const { user, runs } = await plugin(folder, { token: 't', expirationTimestamp });
      const warned: string[] = [];
      const warn = (text: string): unknown => warned.push(text);
      await withCluster(
        server,
        async (cluster) => {
          for (let count = 0; count < 5; count += 1) await cluster.discover({ refresh: true });
        },
        { user, warn },
      );
      assert.equal((await runs()).length, 1);
      assert.equal(warned.length, 1);
      assert.match(warned[0] ?? '', /ended already by this machine's clock/);
      // Where the server takes them for expired as well, that is the end of it.
      accepted = () => false;
      await failing(user, 'Unauthorized', /credentials/);
      assert.ok((await runs()).length <= 4);
    }));

  for (const held of ['stderr', 'stdout', 'both']) {
    it(`are not waited for beyond their end: something that they started holds ${held}`, () =>
      inFolder(async (folder) => {
        // A browser, or an agent that keeps the login.
        const stdio = ['ignore', held === 'stderr' ? 'ignore' : 'inherit', held === 'stdout' ? 'ignore' : 'inherit'];
        const start = `const { spawn } = await import('node:child_process');
          spawn(process.execPath, ['-e', 'setTimeout(() => {}, 20000)'], { detached: true, stdio: ${JSON.stringify(stdio)} }).unref();`;
        const { user } = await plugin(folder, { token: 't' }, {}, start);
        const began = Date.now();
        await withCluster(server, (cluster) => cluster.discover(), { user });
        assert.ok(Date.now() - began < 15_000);
      }));
  }

  it('that hang are named: nobody else would say what a run waits for', () =>
    inFolder(async (folder) => {
      const { user } = await plugin(
        folder,
        { token: 't' },
        {},
        'await new Promise((resolve) => setTimeout(resolve, 1000));',
      );
      const { exec } = parseKubeconfig(JSON.stringify({ users: [{ name: 'u', user }] }), '/config').users[0] ?? {};
      assert.ok(exec !== undefined);
      const warned: string[] = [];
      const options = { env: process.env, interactive: false, warn: (text: string) => void warned.push(text) };
      const signal = new AbortController().signal;
      const cluster = { name: 'c', ...NO_CLUSTER };
      await runExecPlugin(exec, cluster, { ...options, signal, ca: undefined, tellAfterMs: 200 });
      assert.equal(warned.length, 1);
      assert.match(warned[0] ?? '', /still waiting for the credential plugin .*node/);
    }));

  it('run once more when the server does not accept the credentials', () =>
    inFolder(async (folder) => {
      accepted = (authorization) => authorization === 'Bearer t2';
      const { user, runs } = await plugin(folder, { token: 't' });
      await withCluster(server, (cluster) => cluster.discover(), { user });
      assert.equal((await runs()).length, 2);
    }));

  it('do not run for ever when nothing is accepted', () =>
    inFolder(async (folder) => {
      accepted = () => false;
      const { user, runs } = await plugin(folder, { token: 't' });
      await failing(user, 'Unauthorized', /credentials/);
      assert.ok((await runs()).length <= 3);
    }));

  it('give client certificates, each with a connection of its own', () =>
    inFolder(async (folder) => {
      const { clientCert, clientKey } = await testCertificate();
      const { user } = await plugin(folder, { clientCertificateData: clientCert, clientKeyData: clientKey });
      await withCluster(server, (cluster) => cluster.discover(), { user });
      assert.equal(server.requests[0]?.clientName, 'jane');
      assert.equal(server.requests[0].headers.authorization, undefined);
    }));

  it('hand on what a plugin says while it runs', () =>
    inFolder(async (folder) => {
      const { user } = await plugin(folder, { token: 't' }, {}, `console.error('open https://login.example.com');`);
      const said: string[] = [];
      await withCluster(server, (cluster) => cluster.discover(), { user, warn: (message) => said.push(message) });
      assert.deepEqual(said, ['open https://login.example.com']);
    }));

  for (const nothing of [null, '']) {
    it(`may print ${JSON.stringify(nothing)} for what they lack`, () =>
      inFolder(async (folder) => {
        const lacking = { clientCertificateData: nothing, clientKeyData: nothing, expirationTimestamp: nothing };
        const { user } = await plugin(folder, { token: 't', ...lacking });
        await withCluster(server, (cluster) => cluster.discover(), { user });
        assert.equal(server.requests[0]?.headers.authorization, 'Bearer t1');
        const { user: empty } = await plugin(folder, { token: nothing, ...lacking });
        await failing(empty, 'CredentialPluginFailed', /no credentials/);
        const { user: none } = await plugin(folder, {}, {}, `console.log('null'); process.exit(0);`);
        await failing(none, 'CredentialPluginFailed', /did not print an ExecCredential/);
      }));
  }

  const failures: [what: string, status: object, exec: object, before: string, words: RegExp][] = [
    ['fails', {}, {}, 'process.exit(3);', /exit code 3/],
    ['prints no JSON', {}, {}, `console.log('SECRET'); process.exit(0);`, /something other than JSON/],
    ['prints nothing', {}, {}, '', /no credentials/],
    ['prints half a certificate', { clientCertificateData: 'x' }, {}, '', /without a key/],
    ['prints a bad time', { token: 't', expirationTimestamp: 'soon' }, {}, '', /expirationTimestamp/],
    [
      'is not there',
      {},
      { command: 'no-such-login', installHint: 'brew install it' },
      '',
      /not found\nbrew install it/,
    ],
    ['has an old apiVersion', {}, { apiVersion: 'client.authentication.k8s.io/v1alpha1' }, '', /v1alpha1/],
    ['prints another apiVersion', { token: 't' }, { apiVersion: `${API_VERSION}beta1` }, '', /instead of/],
    ['needs a terminal', { token: 't' }, { interactiveMode: 'Always' }, '', /terminal/],
  ];
  for (const [what, status, exec, before, words] of failures) {
    it(`say what is wrong with one that ${what}`, () =>
      inFolder(async (folder) => {
        const { user } = await plugin(folder, status, exec, before);
        await failing(user, 'CredentialPluginFailed', words);
        assert.equal(server.requests.length, 0);
      }));
  }
});

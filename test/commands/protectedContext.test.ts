import assert from 'node:assert/strict';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { main } from '../../src/main.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { makeOverlay, type Overlay } from './overlay.js';
import { runKapply } from './runKapply.js';

const CONFIG = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: cfg }\n';

describe('a protected context', () => {
  let sandbox: Sandbox;
  let overlay: Overlay;
  before(async () => {
    sandbox = await startSandbox();
    overlay = await makeOverlay({
      'a.yaml': CONFIG,
      'prod.kubeconfig': JSON.stringify(withContext(sandbox.kubeconfigObject, 'prod-eu')),
      'other.kubeconfig': JSON.stringify(withContext(sandbox.kubeconfigObject, 'innocent')),
      'both.kubeconfig': JSON.stringify(withContext(sandbox.kubeconfigObject, 'innocent', 'prod-eu')),
      'by-name.yaml': 'contexts: { prod-eu: { protected: true } }\n',
      'by-server.yaml': `contexts: { prod-eu: { protected: true, server: "${sandbox.url}/" } }\n`,
      'but-one.yaml': 'contexts: { prod-eu: { protected: true }, innocent: { protected: false } }\n',
    });
  });
  after(async () => {
    await overlay.remove();
    await sandbox.close();
  });
  afterEach(() => {
    sandbox.store.list('ConfigMap').forEach(({ metadata: { name, namespace = '' } }) => {
      if (name === 'cfg') sandbox.store.remove('ConfigMap', namespace, name);
    });
  });

  const env = (kubeconfig: string, configuration: string): Record<string, string> => ({
    KUBECONFIG: join(overlay.folder, kubeconfig),
    KAPPLY_CONFIG: join(overlay.folder, configuration),
  });
  const deploy = (kubeconfig: string, configuration: string, ...words: string[]) =>
    runKapply(['deploy', '-f', 'a.yaml', ...words], { cwd: overlay.folder, env: env(kubeconfig, configuration) });

  const refused: readonly (readonly [what: string, kubeconfig: string, configuration: string])[] = [
    ['by its name', 'prod.kubeconfig', 'by-name.yaml'],
    ['by its server, whatever the context is called', 'other.kubeconfig', 'by-server.yaml'],
    ['by the server of the context of that name', 'both.kubeconfig', 'by-name.yaml'],
  ];
  for (const [what, kubeconfig, configuration] of refused) {
    it(`is known ${what}: --yes alone sends nothing`, async () => {
      const { exitCode, stdout } = await deploy(kubeconfig, configuration, '--yes');
      assert.equal(exitCode, 2, stdout);
      assert.match(stdout, /^deploy: namespace default, context \S+ \(\S+\), protected\n/);
      assert.match(stdout, /ConfigMap\/cfg/);
      assert.match(stdout, /error: .*prod-eu is protected .*there is no terminal to ask on. Nothing was sent/);
      assert.match(stdout, /--confirm-context prod-eu\./);
      assert.equal(sandbox.store.get('ConfigMap', 'default', 'cfg'), undefined);
    });

    it(`is known ${what}: --confirm-context lets it be written to`, async () => {
      const { exitCode, stdout } = await deploy(kubeconfig, configuration, '--confirm-context', 'prod-eu');
      assert.equal(exitCode, 0, stdout);
      assert.match(stdout, /, protected\n/);
      const again = await deploy(kubeconfig, configuration);
      assert.equal(again.exitCode, 0, 'there is nothing to send, and nothing to ask');
    });
  }

  it('is another one where the file says so of the very context', async () => {
    assert.equal((await deploy('both.kubeconfig', 'but-one.yaml')).exitCode, 0);
  });

  it('may be planned for', async () => {
    const { exitCode, stdout } = await deploy('prod.kubeconfig', 'by-name.yaml', '--dry-run=server', '-o', 'json');
    assert.equal(exitCode, 0);
    assert.equal((JSON.parse(stdout) as { target: { protected?: true } }).target.protected, true);
  });

  it('is guarded for a delete as well', async () => {
    await deploy('prod.kubeconfig', 'by-name.yaml', '--confirm-context=prod-eu');
    const remove = (...words: string[]) =>
      runKapply(['delete', '-f', 'a.yaml', '--adopt', '--yes', ...words], {
        cwd: overlay.folder,
        env: env('prod.kubeconfig', 'by-name.yaml'),
      });
    assert.equal((await remove()).exitCode, 2);
    assert.ok(sandbox.store.get('ConfigMap', 'default', 'cfg'));
    const done = await remove('--confirm-context=prod-eu');
    assert.equal(done.exitCode, 0, done.stdout);
  });

  it('cannot be mistaken by a script: --confirm-context of another context ends any run', async () => {
    const { exitCode, stderr } = await deploy('other.kubeconfig', 'by-name.yaml', '--confirm-context', 'prod-us');
    assert.equal(exitCode, 2);
    assert.match(stderr, /--confirm-context=prod-us, but this run goes to innocent/);
  });

  const wrong: Readonly<Record<string, string>> = {
    'contexts: { prod-eu: { protect: true } }': '"protect" is unknown here',
    'contexts: { prod-eu: { protected: yes please } }': 'protected is true or false',
    'contexts: { prod-eu: { server: prod } }': 'server is a url',
    'contexts: [prod-eu]': 'contexts is a mapping',
    'context: {}': '"context" is unknown here',
    'contexts: {': 'flow',
  };
  for (const [text, said] of Object.entries(wrong)) {
    it(`is not guessed from ${text}`, async () => {
      await overlay.write({ 'wrong.yaml': text });
      const { exitCode, stderr } = await deploy('prod.kubeconfig', 'wrong.yaml');
      assert.equal(exitCode, 2);
      assert.match(stderr, /wrong\.yaml:1:/);
      assert.ok(stderr.toLowerCase().includes(said), stderr);
    });
  }

  it('needs the file that was named', async () => {
    const { exitCode, stderr } = await deploy('prod.kubeconfig', 'gone.yaml');
    assert.equal(exitCode, 2);
    assert.match(stderr, /KAPPLY_CONFIG=.*gone\.yaml does not exist/);
  });

  const answers: readonly (readonly [typed: string, exitCode: number])[] = [
    ['prod-eu', 0],
    ['y', 2],
    ['prod', 2],
  ];
  for (const [typed, expected] of answers) {
    it(`is asked for on a terminal, also with --yes: "${typed}" ends with ${expected}`, async () => {
      const { exitCode, text } = await onTerminal(
        ['deploy', '-f', 'a.yaml', '--yes'],
        `${typed}\n`,
        env('prod.kubeconfig', 'by-name.yaml'),
        overlay.folder,
      );
      assert.match(text, /Type prod-eu to go on: /);
      assert.equal(exitCode, expected, text);
    });
  }
});

function withContext(kubeconfig: object, current: string, ...more: readonly string[]): object {
  const { contexts } = kubeconfig as { readonly contexts: readonly { readonly context: object }[] };
  const [{ context } = { context: {} }] = contexts;
  return { ...kubeconfig, 'current-context': current, contexts: [current, ...more].map((name) => ({ name, context })) };
}

/** Runs a command whose streams say that they are a terminal that cannot be drawn on. */
async function onTerminal(
  argv: readonly string[],
  typed: string,
  env: Readonly<Record<string, string>>,
  cwd: string,
): Promise<{ readonly exitCode: number; readonly text: string }> {
  let text = '';
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const output = Object.assign(
    new Writable({
      decodeStrings: false,
      write: (chunk: string, _encoding, done) => {
        text += chunk;
        if (chunk.includes('Type prod-eu')) input.write(typed);
        done();
      },
    }),
    { isTTY: true, columns: 0, rows: 0 },
  );
  const exitCode = await main(argv, {
    program: 'kapply',
    stdin: input,
    stdout: output,
    stderr: output,
    env,
    cwd,
    now: Date.now,
    onSignal: () => () => undefined,
    exit: () => undefined,
  });
  return { exitCode, text };
}

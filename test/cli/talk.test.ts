import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { normalizeArgv } from '../../src/cli/argv.js';
import { shownBody } from '../../src/cli/shownBody.js';
import { makeMasks } from '../../src/objects/masks.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { configs, makeOverlay, type Overlay } from '../commands/overlay.js';
import { runKapply } from '../commands/runKapply.js';

const PASSWORD = 'hunter2-hunter2';
const ENCODED = Buffer.from(PASSWORD).toString('base64');
const EMPTY_NAMESPACE = { 'job.yaml': 'apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: runner }\n' };

describe('how much a run says', () => {
  let sandbox: Sandbox;
  let overlay: Overlay;
  before(async () => {
    sandbox = await startSandbox();
    overlay = await makeOverlay({ 'kustomization.yaml': configs(PASSWORD), ...EMPTY_NAMESPACE });
  });
  after(async () => {
    await sandbox.close();
    await overlay.remove();
  });
  const run = (...words: string[]) =>
    runKapply(['deploy', '-k', '.', '--yes', ...words], {
      cwd: overlay.folder,
      env: { KUBECONFIG: sandbox.kubeconfig },
    });

  it('tells each request and its bodies on stderr and in the log file, and no Secret', async () => {
    const { exitCode, stdout, stderr } = await run('-vv', '--log-file=run.log');
    const log = await readFile(join(overlay.folder, 'run.log'), 'utf8');
    assert.equal(exitCode, 0, stderr);
    assert.match(
      stderr,
      /^PATCH \/api\/v1\/namespaces\/default\/secrets\/db-\S+ 20\d \d+ ms\n {2}> .*"data":\{"password":"\*\*\*"\}/m,
    );
    for (const text of [stdout, stderr, log])
      for (const secret of [PASSWORD, ENCODED]) assert.ok(!text.includes(secret));
    assert.match(log, /^\d{4}-\S+Z deploy: set shop, namespace default/m);
    assert.match(log, /^\d{4}-\S+Z GET \/apis\S* 200 \d+ ms$/m);
    assert.match(log, /^\d{4}-\S+Z .*(created|created:).*ConfigMap\/cfg-/m);
    assert.equal((await stat(join(overlay.folder, 'run.log'))).mode & 0o777, 0o600);
  });

  it('says nothing with -q of what goes well, and all of what does not', async () => {
    assert.deepEqual(await run('-q'), { exitCode: 0, stdout: '', stderr: '' });
    await overlay.write({ 'job.yaml': 'apiVersion: v1\nkind: Nonsense\nmetadata: { name: x }\n' });
    const { exitCode, stdout, stderr } = await run('-q');
    assert.equal(exitCode, 2);
    assert.match(stdout, /^deploy: set shop/);
    assert.match(stdout + stderr, /error: .*Nonsense/);
  });

  it('refuses -q with -v, and a log file that cannot be written', async () => {
    assert.match((await run('-q', '-v')).stderr, /-q and -v exclude each other/);
    assert.match(
      (await run('--log-file=/no/such/folder/x')).stderr,
      /^error: --log-file=\S+ cannot be written \(ENOENT: it does not exist, or its folder does not\)/,
    );
  });
});

describe('-v as it is written', () => {
  const flags = { verbose: { type: 'option' }, wait: { type: 'boolean', allowNo: true } };
  const cases: readonly (readonly [word: string, becomes: string])[] = [
    ['-v', '--verbose=1'],
    ['-vv', '--verbose=2'],
    ['--verbose', '--verbose=1'],
    ['--verbose=2', '--verbose=2'],
    ['-v=4', '--verbose=1'],
    ['-v=6', '--verbose=1'],
    ['-v8', '--verbose=2'],
    ['-v0', '--verbose=0'],
    ['-vx', '-vx'],
  ];
  for (const [word, becomes] of cases) {
    it(`${word} is ${becomes}`, () => assert.deepEqual(normalizeArgv([word], flags), [becomes]));
  }
  it('is left alone where there is no such flag', () => assert.deepEqual(normalizeArgv(['-v'], {}), ['-v']));
});

describe('bodies as they are shown', () => {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' }, data: { password: ENCODED } };
  const { kind: _, apiVersion: __, ...item } = secret;
  const path = '/api/v1/namespaces/shop/secrets';
  const bodies: Record<string, readonly [body: string, path: string]> = {
    'a Secret': [JSON.stringify(secret), `${path}/db`],
    'a list of Secrets, whose items do not say what they are': [
      JSON.stringify({ kind: 'SecretList', apiVersion: 'v1', items: [item] }),
      `${path}?limit=500`,
    ],
    'a merge patch': [JSON.stringify({ data: { password: ENCODED } }), `${path}/db`],
    'a JSON patch': [JSON.stringify([{ op: 'replace', path: '/data/password', value: ENCODED }]), `${path}/db`],
    'half a Secret': [JSON.stringify(secret).slice(0, -1), `${path}/db`],
    stringData: [JSON.stringify({ ...secret, data: undefined, stringData: { password: PASSWORD } }), path],
  };
  const noted = JSON.stringify({ DSN: PASSWORD, COLOUR: 'aquamarine' });
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { annotations: { 'sandbox.kapply.dev/env.web': noted } } };
  Object.assign(bodies, {
    "the environment of the sandbox's containers": [JSON.stringify(pod), '/api/v1/namespaces/shop/pods/web'],
    'those of a list of pods': [
      JSON.stringify({ kind: 'PodList', apiVersion: 'v1', items: [pod] }),
      '/api/v1/namespaces/shop/pods',
    ],
  });
  for (const [name, [body, where]] of Object.entries(bodies)) {
    it(`never hold ${name}`, () => {
      const shown = shownBody(body, where, makeMasks());
      assert.ok(!shown.includes(PASSWORD) && !shown.includes(ENCODED), shown);
      assert.ok(shown.includes('***'));
    });
  }

  it('hold no secret that another body told of', () => {
    const masks = makeMasks();
    shownBody(JSON.stringify(secret), `${path}/db`, masks);
    assert.equal(shownBody(`denied: ${PASSWORD}`, '/api/v1/pods', masks), 'denied: ***');
  });

  it('learn nothing from an environment, which holds more than secrets', () => {
    const masks = makeMasks();
    shownBody(JSON.stringify(pod), '/api/v1/namespaces/shop/pods/web', masks);
    assert.equal(masks.hideIn('the aquamarine page'), 'the aquamarine page');
  });

  it('hold no secret that JSON writes otherwise, however deep', () => {
    const masks = makeMasks();
    const odd = 'corr"ect\\horse\tbattery';
    masks.learn({ ...secret, data: undefined, stringData: { odd } });
    for (const quoted of [odd, JSON.stringify({ odd }), JSON.stringify(JSON.stringify({ odd }))]) {
      const shown = shownBody(JSON.stringify({ kind: 'Pod', quoted }), '/api/v1/pods', masks);
      assert.match(shown, /\*\*\*/);
      assert.doesNotMatch(shown, /ect|horse/);
    }
  });

  it('are cut where they are long', () => {
    assert.match(shownBody('x'.repeat(20_000), '/api/v1/pods/a/log', makeMasks()), /x… and 3616 characters more$/);
  });
});

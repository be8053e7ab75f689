import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { configs, makeOverlay, type Overlay } from './overlay.js';
import { runKapply } from './runKapply.js';

const PASSWORD = 'hunter2-hunter2';
const ENCODED = Buffer.from(PASSWORD).toString('base64');
const SECRET = `apiVersion: v1
kind: Secret
metadata: { name: db }
`;

/** Manifests that are wrong where a password stands: path and fault may be said, the value never. */
const malformed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'data that is no base64': { 'a.yaml': `${SECRET}data: { password: "${PASSWORD} !" }\n` },
  'a list in stringData': { 'a.yaml': `${SECRET}stringData: { password: [${PASSWORD}], pin: 4711 }\n` },
  'YAML that does not end': { 'a.yaml': `${SECRET}stringData:\n  password: "${PASSWORD}\n  next: x\n` },
  'a key twice': { 'a.yaml': `${SECRET}stringData: { password: ${PASSWORD}, password: ${PASSWORD}-2 }\n` },
  'a name that is none': {
    'a.yaml': `${SECRET.replace('name: db', 'name: DB')}stringData: { password: ${PASSWORD} }\n`,
  },
  'a patch of nothing': {
    'kustomization.yaml': `secretGenerator: [{ name: d, literals: [password=${PASSWORD}] }]
patches:
- target: { kind: Secret }
  patch: '[{"op":"test","path":"/data/password","value":"${PASSWORD}"},{"op":"add","path":"/data/x/y","value":"${PASSWORD}"}]'
`,
  },
  'a private key as env file': {
    'kustomization.yaml': 'secretGenerator: [{ name: e, envs: [e.env] }]\n',
    'e.env': `-----BEGIN PRIVATE KEY-----\n${PASSWORD}+/\n-----END PRIVATE KEY-----\n`,
  },
  'the same line twice in an env file': {
    'kustomization.yaml': 'secretGenerator: [{ name: e, envs: [e.env] }]\n',
    'e.env': `${PASSWORD}\n${PASSWORD}\n`,
  },
};

describe('messages that would hold a Secret', () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox();
  });
  after(() => sandbox.close());

  /** Runs with every output that there is, and returns all of them as one text. */
  async function everyOutput(overlay: Overlay, argv: readonly string[]): Promise<{ exitCode: number; text: string }> {
    const events = join(overlay.folder, 'events.ndjson');
    const summary = join(overlay.folder, 'summary.md');
    const env = { KUBECONFIG: sandbox.kubeconfig, GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
    const all = { exitCode: 0, text: '' };
    for (const output of ['text', 'json', 'ndjson']) {
      const words = ['-o', output, '--events-file', events];
      const { exitCode, stdout, stderr } = await runKapply([...argv, ...words], { cwd: overlay.folder, env });
      all.exitCode = exitCode;
      all.text += stdout + stderr + (await readIfThere(events)) + (await readIfThere(summary));
    }
    return all;
  }

  for (const [name, files] of Object.entries(malformed)) {
    it(`names ${name}, and no value`, async () => {
      const overlay = await makeOverlay(files);
      const source = 'a.yaml' in files ? ['-f', 'a.yaml'] : ['-k', '.'];
      const { exitCode, text } = await everyOutput(overlay, ['deploy', ...source]);
      await overlay.remove();
      assert.ok([2, 5].includes(exitCode), text);
      assert.doesNotMatch(text, /hunter2|4711/);
    });
  }

  /** What an admission policy or a webhook may answer. */
  const answers = {
    'the value': `denied: data.password "${PASSWORD}" is too weak`,
    'the encoded value': `denied: {"data":{"password":"${ENCODED}"}}`,
    'a value in a long message': `${'x'.repeat(130)}${PASSWORD}${'y'.repeat(200)}`,
  };
  for (const [name, message] of Object.entries(answers)) {
    it(`masks a refusal that quotes ${name}`, async () => {
      const overlay = await makeOverlay({ 'kustomization.yaml': configs(PASSWORD, '') });
      sandbox.faults.add(
        { kind: 'refuse', code: 403, message },
        { on: ({ method, resource }) => method === 'PATCH' && resource === 'secrets', times: 100 },
      );
      const { exitCode, text } = await everyOutput(overlay, ['deploy', '-k', '.']);
      sandbox.faults.clear();
      await overlay.remove();
      assert.equal(exitCode, 5, text);
      assert.match(text, /\*\*\*/);
      assert.doesNotMatch(text, /hunter2/);
      assert.equal(text.includes(ENCODED.slice(0, 12)), false);
    });
  }

  it('names the file and the line of a name that cannot be', async () => {
    const overlay = await makeOverlay({
      'a.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: "a\\n::error::b"\n',
    });
    const { exitCode, stdout, stderr } = await runKapply(['deploy', '-f', 'a.yaml'], {
      cwd: overlay.folder,
      env: { KUBECONFIG: sandbox.kubeconfig },
    });
    await overlay.remove();
    assert.equal(exitCode, 2);
    assert.doesNotMatch(stdout + stderr, /^\s*::/m);
    assert.match(stdout, /error: .*a\.yaml:\d+: ConfigMap "a\\n::error::b": its name may hold only/);
  });
});

async function readIfThere(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { readDefaults } from '../../src/cli/settings/readDefaults.js';
import { loadKubeconfig } from '../../src/cluster/kubeconfig/loadKubeconfig.js';
import { resolveTarget } from '../../src/cluster/kubeconfig/resolveTarget.js';
import Deploy from '../../src/commands/deploy.js';
import { runKapply } from '../commands/runKapply.js';
import { CANARY, fuzz, mutated, mutatedText } from './fuzz.js';

const KUBECONFIGS = [
  {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'a',
    preferences: {},
    contexts: [{ name: 'a', context: { cluster: 'c', user: 'u', namespace: 'n' } }],
    clusters: [
      {
        name: 'c',
        cluster: {
          server: 'https://127.0.0.1:1/x',
          'certificate-authority-data': 'aGk=',
          'insecure-skip-tls-verify': false,
          'tls-server-name': 's',
          'proxy-url': 'http://127.0.0.1:1',
        },
      },
    ],
    users: [
      {
        name: 'u',
        user: {
          token: CANARY,
          'client-certificate-data': 'aGk=',
          'client-key-data': 'aGk=',
          as: 'x',
          'as-groups': ['g'],
          'as-user-extra': { a: ['b'] },
        },
      },
      { name: 'v', user: { username: 'x', password: CANARY } },
      {
        name: 'w',
        user: {
          exec: {
            apiVersion: 'client.authentication.k8s.io/v1',
            command: 'x',
            args: ['y'],
            env: [{ name: 'A', value: 'b' }],
            interactiveMode: 'Never',
          },
        },
      },
      {
        name: 'x',
        user: { 'auth-provider': { name: 'oidc', config: { 'client-secret': CANARY, 'id-token': CANARY } } },
      },
    ],
  },
];
const DEFAULTS = [{ 'prune-label': 'a=b', timeout: '5m', keep: 2, wait: true, mask: ['x'], output: 'json', set: 's' }];

describe('fuzzing of configuration', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(join(tmpdir(), 'kapply-fuzz-'))));
  after(() => rmSync(folder, { recursive: true }));

  const bytes = fc.oneof(
    mutated(KUBECONFIGS, 4).map((config) => Buffer.from(JSON.stringify(config ?? null))),
    mutatedText(KUBECONFIGS.map((config) => JSON.stringify(config))).map((text) => Buffer.from(text)),
    mutated(KUBECONFIGS, 2).map((config) => Buffer.from(`\ufeff${JSON.stringify(config ?? null)}`, 'utf16le')),
    fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array)),
  );
  fuzz(
    'kubeconfigs',
    bytes,
    async (content) => {
      const kubeconfig = join(folder, 'config');
      writeFileSync(kubeconfig, content);
      const config = await loadKubeconfig({ kubeconfig, env: {} });
      const { context, namespace } = resolveTarget(config, {}) ?? {};
      return { context, namespace };
    },
    4,
  );

  const { flags } = Deploy;
  const shapes = { ...Deploy.baseFlags, ...flags };
  fuzz(
    '.kapply.yaml',
    fc.oneof(
      mutated(DEFAULTS, 4).map((defaults) => JSON.stringify(defaults ?? null)),
      mutatedText(DEFAULTS.map((defaults) => JSON.stringify(defaults, undefined, 1))),
    ),
    (text) => readDefaults(text, '.kapply.yaml', shapes, new Set(Object.keys(shapes))),
    4,
  );

  // Whole commands: what is said, and how it ends.
  fuzz(
    'kubeconfigs and .kapply.yaml of a whole command',
    fc.tuple(bytes, mutated(DEFAULTS, 2)),
    async ([content, defaults]) => {
      writeFileSync(join(folder, 'config'), content);
      writeFileSync(join(folder, '.kapply.yaml'), JSON.stringify(defaults ?? null));
      writeFileSync(join(folder, 'kustomization.yaml'), 'configMapGenerator: [{name: a}]\n');
      // Nothing listens at port 1; without retries of what cannot be reached it ends at once.
      const command = ['status', '-k', '.', '--kubeconfig', 'config', '--server', 'https://127.0.0.1:1'];
      const { exitCode, stdout, stderr } = await runKapply([...command, '--request-timeout', '1s'], {
        cwd: folder,
        env: { HOME: folder },
      });
      if (![0, 1, 2, 5, 7].includes(exitCode)) throw new Error(`exit ${exitCode}: ${stderr}`);
      return stdout + stderr;
    },
    0.1,
  );
});

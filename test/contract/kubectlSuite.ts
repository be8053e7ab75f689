import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContractClient } from './client.js';
import type { ConnectedServer, ContractContext } from './contractSuite.js';

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Command {
  readonly run: string;
  readonly input?: object;
  readonly code?: number;
  /** The whole of stdout. */
  readonly stdout?: string;
  /** A part of stdout, or of stderr. */
  readonly says?: string;
}

const LIST = [process.env['KUBECTL'] ?? 'kubectl', join(import.meta.dirname, '../../e2e/control-plane/.bin/kubectl')];

/** A kubectl of 1.32 or newer; undefined where there is none. */
function findKubectl(): string | undefined {
  return LIST.find((path) => {
    if (path.includes('/') && !existsSync(path)) return false;
    try {
      const text = execFileSync(path, ['version', '--client', '-o', 'json'], { stdio: ['ignore', 'pipe', 'ignore'] });
      const { clientVersion } = JSON.parse(text.toString()) as { clientVersion: { minor: string } };
      return Number.parseInt(clientVersion.minor) >= 32;
    } catch {
      return false;
    }
  });
}

const deployment = (replicas: number, image = 'registry.k8s.io/pause:3.10'): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image }] } },
  },
});

const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cfg' }, data: { k: 'v' } };

/** What people do with kubectl around a deploy, in order, and what comes of it on any server. */
const COMMANDS: readonly Command[] = [
  { run: 'apply --server-side -f -', input: deployment(1), stdout: 'deployment.apps/web serverside-applied\n' },
  { run: 'rollout status deployment/web --timeout=60s', says: 'deployment "web" successfully rolled out' },
  { run: 'wait --for=condition=Available deployment/web --timeout=30s', stdout: 'deployment.apps/web condition met\n' },
  { run: 'diff --server-side -f -', input: deployment(1), stdout: '' },
  { run: 'diff --server-side -f -', input: deployment(2), code: 1, says: '+  replicas: 2' },
  { run: 'get deployment web -o jsonpath={.spec.replicas}/{.status.availableReplicas}', stdout: '1/1' },
  { run: 'get deployment web -o name', stdout: 'deployment.apps/web\n' },
  { run: 'get deployment web -o yaml', says: 'imagePullPolicy: IfNotPresent' },
  { run: 'get deployment web', says: 'READY   UP-TO-DATE   AVAILABLE' },
  { run: 'get pods -l app=web -o jsonpath={.items[*].status.phase}', stdout: 'Running' },
  { run: 'get pods', says: '1/1     Running' },
  {
    run: 'apply --server-side --field-manager=other -f -',
    input: deployment(3),
    code: 1,
    says: 'Apply failed with 1 conflict: conflict with "kubectl": .spec.replicas',
  },
  {
    run: 'apply --server-side --field-manager=other --force-conflicts -f -',
    input: deployment(2),
    stdout: 'deployment.apps/web serverside-applied\n',
  },
  { run: 'scale deployment/web --replicas=1', stdout: 'deployment.apps/web scaled\n' },
  {
    run: 'apply --server-side --field-manager=other -f -',
    input: deployment(2),
    code: 1,
    says: 'conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas',
  },
  { run: 'label deployment/web tier=front', stdout: 'deployment.apps/web labeled\n' },
  {
    run: 'label deployment/web tier=back',
    code: 1,
    says: "'tier' already has a value (front), and --overwrite is false",
  },
  { run: 'annotate deployment/web note=hello', stdout: 'deployment.apps/web annotated\n' },
  { run: 'get deployment -l tier=front -o name', stdout: 'deployment.apps/web\n' },
  {
    run: 'patch deployment web -p {"spec":{"template":{"spec":{"containers":[{"name":"app","image":"registry.k8s.io/pause:3.9"}]}}}}',
    stdout: 'deployment.apps/web patched\n',
  },
  { run: 'patch deployment web --type=json -p [{"op":"remove","path":"/metadata/annotations/note"}]', says: 'patched' },
  { run: 'patch deployment web --type=merge -p {"metadata":{"labels":{"tier":null}}}', says: 'patched' },
  { run: 'rollout restart deployment/web', stdout: 'deployment.apps/web restarted\n' },
  { run: 'rollout status deployment/web --timeout=60s', says: 'successfully rolled out' },
  { run: 'rollout history deployment/web', says: 'REVISION' },
  { run: 'rollout undo deployment/web --to-revision=1', stdout: 'deployment.apps/web rolled back\n' },
  { run: 'rollout status deployment/web --timeout=60s', says: 'successfully rolled out' },
  {
    run: 'get deployment web -o jsonpath={.spec.template.spec.containers[0].image}',
    stdout: 'registry.k8s.io/pause:3.10',
  },
  { run: 'apply -f -', input: config, stdout: 'configmap/cfg created\n' },
  { run: 'apply -f -', input: { ...config, data: { k: 'w' } }, stdout: 'configmap/cfg configured\n' },
  { run: 'apply -f -', input: { ...config, data: { k: 'w' } }, stdout: 'configmap/cfg unchanged\n' },
  { run: 'apply --server-side --force-conflicts -f -', input: config, stdout: 'configmap/cfg serverside-applied\n' },
  { run: 'apply --dry-run=server -f -', input: { ...config, foo: 1 }, code: 1, says: 'unknown field "foo"' },
  { run: 'get configmap cfg nothing', code: 1, says: 'Error from server (NotFound): configmaps "nothing" not found' },
  { run: 'get things', code: 1, says: 'the server doesn\'t have a resource type "things"' },
  { run: 'api-resources --api-group=apps -o name', says: 'statefulsets.apps' },
  { run: 'delete configmap cfg', says: 'configmap "cfg" deleted' },
  { run: 'delete configmap cfg', code: 1, says: 'configmaps "cfg" not found' },
  { run: 'delete configmap cfg --ignore-not-found', stdout: '' },
  { run: 'delete deployment web', says: 'deployment.apps "web" deleted' },
  { run: 'wait --for=delete pod -l app=web --timeout=60s', code: 0 },
];

/** The real kubectl, where there is one. */
export function kubectlSuite(context: ContractContext, server: () => ConnectedServer): void {
  describe('kubectl', () => {
    const kubectl = findKubectl();
    const folder = mkdtempSync(join(tmpdir(), 'kapply-kubectl-'));
    const kubeconfig = join(folder, 'kubeconfig');
    let namespace = '';

    before(async function () {
      if (kubectl === undefined) {
        this.skip();
        return;
      }
      const { url, token, ca } = server();
      const trust = ca === undefined ? { 'insecure-skip-tls-verify': true } : authority(ca);
      namespace = await context.namespace();
      const text = JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ name: 'c', cluster: { server: url, ...trust } }],
        users: [{ name: 'c', user: { token } }],
        contexts: [{ name: 'c', context: { cluster: 'c', user: 'c', namespace } }],
        'current-context': 'c',
      });
      writeFileSync(kubeconfig, text, { mode: 0o600 });
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    const words = (command: string): string[] => [
      ...command.split(' '),
      `--kubeconfig=${kubeconfig}`,
      `--cache-dir=${join(folder, 'cache')}`,
    ];
    const run = (command: string, input: object | undefined): Promise<Outcome> =>
      new Promise((resolve) => {
        const child = execFile(kubectl ?? '', words(command), (error, stdout, stderr) => {
          resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr });
        });
        child.stdin?.end(input === undefined ? '' : JSON.stringify(input));
      });

    for (const { run: command, input, code = 0, stdout, says } of COMMANDS) {
      it(command.slice(0, 80), async function () {
        this.timeout(90_000);
        const outcome = await run(command, input);
        const shown = JSON.stringify(outcome);
        assert.equal(outcome.code, code, shown);
        if (stdout !== undefined) assert.equal(outcome.stdout, stdout, shown);
        if (says !== undefined) assert.ok(`${outcome.stdout}\n${outcome.stderr}`.includes(says), shown);
      });
    }

    it('get -w prints a change', async () => {
      const client = context.client();
      await write(client, namespace, '0');
      const child = spawn(kubectl ?? '', words('get configmap watched -w -o jsonpath={.data.k}{"\\n"}'));
      const ended = new Promise((resolve) => child.on('close', resolve));
      let seen = '';
      // kubectl reads the object, then watches, and passes over what the watch tells first: a change in between is not printed.
      let writing = Promise.resolve();
      let last = 0;
      const timer = setInterval(() => {
        if (seen === '0\n') writing = writing.then(() => write(client, namespace, String(++last)));
      }, 200);
      try {
        for await (const chunk of child.stdout) {
          seen += String(chunk);
          if (/\n.*\n/.test(seen)) break;
        }
      } finally {
        clearInterval(timer);
        await writing;
        child.kill();
        await ended;
      }
      const [first, second] = seen.split('\n');
      assert.equal(first, '0');
      assert.ok(Number(second) >= 1 && Number(second) <= last, seen);
    });
  });
}

function authority(ca: string): object {
  return { 'certificate-authority-data': Buffer.from(ca).toString('base64') };
}

async function write(client: ContractClient, namespace: string, k: string): Promise<void> {
  const answer = await client.send({
    method: 'PATCH',
    path: `/api/v1/namespaces/${namespace}/configmaps/watched?fieldManager=test`,
    headers: { 'content-type': 'application/apply-patch+yaml' },
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'watched' }, data: { k } },
  });
  assert.ok(answer.status < 300, JSON.stringify(answer.body));
}

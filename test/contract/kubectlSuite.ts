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

/** What is typed into a terminal: kubectl sends most of it as protobuf, deletions too. */
const TYPED: readonly Command[] = [
  { run: 'create configmap typed --from-literal=k=hello', stdout: 'configmap/typed created\n' },
  { run: 'create configmap typed --from-literal=k=v', code: 1, says: 'configmaps "typed" already exists' },
  { run: 'get configmap typed -o jsonpath={.data}', stdout: '{"k":"hello"}' },
  { run: 'create configmap Wrong', code: 1, says: 'a lowercase RFC 1123 subdomain must consist of' },
  { run: 'create secret generic typed --from-literal=k=v', stdout: 'secret/typed created\n' },
  { run: 'get secret typed -o jsonpath={.data.k}/{.type}', stdout: 'dg==/Opaque' },
  { run: 'create secret docker-registry login --docker-username=u --docker-password=p', says: 'secret/login created' },
  { run: 'get secret login -o jsonpath={.type}', stdout: 'kubernetes.io/dockerconfigjson' },
  { run: 'create serviceaccount robot', stdout: 'serviceaccount/robot created\n' },
  { run: 'create role reader --verb=get,list --resource=pods', says: 'reader created' },
  { run: 'create rolebinding reads --role=reader --serviceaccount=NAMESPACE:robot', says: 'reads created' },
  { run: 'create clusterrole NAMESPACE --verb=get --resource=nodes', says: 'created' },
  { run: 'create clusterrolebinding NAMESPACE --clusterrole=NAMESPACE --user=nobody', says: 'created' },
  { run: 'auth can-i list pods --as=system:serviceaccount:NAMESPACE:robot', stdout: 'yes\n' },
  { run: 'auth can-i delete pods --as=system:serviceaccount:NAMESPACE:robot', code: 1, stdout: 'no\n' },
  { run: 'auth can-i --list --as=system:serviceaccount:NAMESPACE:robot', says: '[get list]' },
  { run: 'auth can-i get /logs --as=nobody', code: 1, stdout: 'no\n' },
  { run: 'auth whoami', says: 'system:masters' },
  { run: 'create token robot', says: 'eyJ' },
  { run: 'create token robot --duration=1m', code: 1, says: 'may not specify a duration less than 10 minutes' },
  { run: 'create token nobody', code: 1, says: 'serviceaccounts "nobody" not found' },
  { run: 'create service clusterip typed --tcp=80:8080', stdout: 'service/typed created\n' },
  { run: 'create service loadbalancer balanced --tcp=80:8080', says: 'created' },
  { run: 'get service balanced', says: '<pending>' },
  { run: 'create ingress typed --rule=a.example.com/*=typed:80', says: 'created' },
  { run: 'get ingress typed -o jsonpath={.spec.rules[0].http.paths[0].backend}', says: '"port":{"number":80}' },
  { run: 'create quota typed --hard=configmaps=100,requests.cpu=2', says: 'created' },
  { run: 'get quota typed -o jsonpath={.spec.hard}', stdout: '{"configmaps":"100","requests.cpu":"2"}' },
  { run: 'create poddisruptionbudget typed --selector=app=typed --min-available=50%', says: 'created' },
  { run: 'get poddisruptionbudget typed -o jsonpath={.spec.minAvailable}', stdout: '50%' },
  { run: 'create priorityclass NAMESPACE --value=-10', says: 'created' },
  { run: 'get priorityclass NAMESPACE -o jsonpath={.value}', stdout: '-10' },
  { run: 'create job typed --image=registry.k8s.io/pause:3.10 -- sleep 1', stdout: 'job.batch/typed created\n' },
  { run: 'get job typed -o jsonpath={.spec.template.spec.containers[0].command}', stdout: '["sleep","1"]' },
  {
    run: 'create cronjob typed --image=registry.k8s.io/pause:3.10 --schedule=0+0+*+*+* -- date',
    stdout: 'cronjob.batch/typed created\n',
  },
  { run: 'create job again --from=cronjob/typed', stdout: 'job.batch/again created\n' },
  { run: 'describe cronjob typed', says: 'Schedule:                      0 0 * * *' },
  { run: 'delete quota typed', says: 'deleted' },
  {
    run: 'create deployment typed --image=registry.k8s.io/pause:3.10 --replicas=2 --port=80',
    stdout: 'deployment.apps/typed created\n',
  },
  { run: 'expose deployment typed --port=80 --name=exposed', stdout: 'service/exposed exposed\n' },
  { run: 'get service exposed -o jsonpath={.spec.ports[0].targetPort}', stdout: '80' },
  { run: 'set image deployment/typed pause=registry.k8s.io/pause:3.9', says: 'image updated' },
  { run: 'set env deployment/typed A=b', says: 'env updated' },
  { run: 'set resources deployment/typed --limits=cpu=100m', says: 'resource requirements updated' },
  { run: 'set serviceaccount deployment/typed robot', says: 'serviceaccount updated' },
  { run: 'rollout pause deployment/typed', says: 'paused' },
  { run: 'rollout resume deployment/typed', says: 'resumed' },
  { run: 'rollout status deployment/typed --timeout=60s', says: 'successfully rolled out' },
  { run: 'get deployment typed -o wide', says: 'registry.k8s.io/pause:3.9   app=typed' },
  { run: 'describe deployment typed', says: '2 desired | 2 updated | 2 total | 2 available | 0 unavailable' },
  { run: 'events --for=deployment/typed', says: 'Scaled up replica set' },
  { run: 'edit configmap typed', stdout: 'configmap/typed edited\n' },
  { run: 'get configmap typed -o jsonpath={.data.k}', stdout: 'goodbye' },
  { run: 'replace -f -', input: config, code: 1, says: 'configmaps "cfg" not found' },
  {
    run: 'replace -f -',
    input: { ...config, metadata: { name: 'typed' } },
    stdout: 'configmap/typed replaced\n',
  },
  {
    run: 'apply --prune -l a=b -f -',
    input: { ...config, metadata: { name: 'p', labels: { a: 'b' } } },
    says: 'created',
  },
  { run: 'explain deployment.spec.template.spec.containers', says: 'imagePullPolicy\t<string>' },
  { run: 'explain configmap', says: 'binaryData\t<map[string]string>' },
  { run: 'explain pod.spec.nonsense', code: 1, says: 'field "nonsense" does not exist' },
  { run: 'run alone --image=registry.k8s.io/pause:3.10', stdout: 'pod/alone created\n' },
  { run: 'wait --for=condition=Ready pod/alone --timeout=60s', says: 'condition met' },
  { run: 'top pod', code: 1, says: 'Metrics API not available' },
  { run: 'get nodes', says: 'Ready    <none>' },
  { run: 'describe pod alone', says: 'registry.k8s.io/pause:3.10' },
  { run: 'delete pod alone --grace-period=0 --force', says: 'force deleted' },
  { run: 'get pod alone', code: 1, says: 'pods "alone" not found' },
  { run: 'delete configmap typed --dry-run=server', says: 'deleted' },
  { run: 'get configmap typed -o name', stdout: 'configmap/typed\n' },
  { run: 'delete deployment typed --cascade=orphan', says: 'deleted' },
  { run: 'get rs -l app=typed -o name', says: 'replicaset.apps/typed-' },
  { run: 'delete rs -l app=typed', says: 'deleted' },
  { run: 'delete job typed again --cascade=foreground', says: 'deleted' },
  { run: 'delete clusterrole,clusterrolebinding,priorityclass NAMESPACE', says: 'deleted' },
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

    // First, since what stands behind -- is the container's; a blank within a word is written as a plus.
    const words = (command: string): string[] => [
      `--kubeconfig=${kubeconfig}`,
      `--cache-dir=${join(folder, 'cache')}`,
      ...command.split(' ').map((word) => word.replaceAll('+', ' ').replaceAll('NAMESPACE', namespace)),
    ];
    const env = { ...process.env, KUBE_EDITOR: 'sed -i s/hello/goodbye/' };
    const run = (command: string, input: object | undefined): Promise<Outcome> =>
      new Promise((resolve) => {
        const child = execFile(kubectl ?? '', words(command), { env }, (error, stdout, stderr) => {
          resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr });
        });
        child.stdin?.end(input === undefined ? '' : JSON.stringify(input));
      });

    for (const { run: command, input, code = 0, stdout, says } of [...COMMANDS, ...TYPED]) {
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

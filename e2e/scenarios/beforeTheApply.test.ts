/** What a plan says of a set before anything is sent, and what a wait says of what the plan could not know. */
import assert from 'node:assert/strict';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeObject } from '../../src/objects/object.js';
import { kapply, kapplyJson, kubectl } from '../harness/program.js';
import { useScenario, type Scenario } from '../harness/scenario.js';

const deployment = (name: string, container: string, more = ''): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { ${more}terminationGracePeriodSeconds: 0, containers: [{ name: app, image: 'busybox:1.37', ${container} }] }
`;
const RUNS = `command: [sleep, infinity]`;

describe('before the apply', () => {
  const scenario = useScenario();
  const inNamespace = (...args: readonly string[]): string[] => [...args, '-n', scenario.current.namespace];
  const dryRun = (folder: string, ...more: readonly string[]) =>
    kapplyJson(inNamespace('deploy', '-k', join(scenario.current.folder, folder), '--dry-run=server', ...more));

  it('says what the set names and nothing has, with what was meant', async () => {
    const { current } = scenario;
    await kubectl(inNamespace('create', 'secret', 'generic', 'database', '--from-literal=password=x'));
    await current.write({
      'missing/kustomization.yaml': 'resources: [web.yaml]\n',
      'missing/web.yaml': deployment(
        'missing',
        `env: [
          { name: A, valueFrom: { secretKeyRef: { name: databse, key: password } } },
          { name: B, valueFrom: { secretKeyRef: { name: database, key: pasword } } },
          { name: C, valueFrom: { configMapKeyRef: { name: nothing, key: a, optional: true } } }]`,
        'serviceAccountName: robot, priorityClassName: system-cluster-critcal, ',
      ),
    });
    const { report, transcript } = await dryRun('missing');
    const said = report.warnings.join('\n');
    assert.match(said, /Secret\/databse .*neither this set nor the cluster has: did you mean database\?/, transcript);
    assert.match(said, /Secret\/database .*has no key pasword: did you mean password\?/);
    assert.match(said, /ServiceAccount\/robot .*neither this set nor the cluster has/);
    assert.match(said, /PriorityClass\/system-cluster-critcal .*did you mean system-cluster-critical\?/);
    assert.doesNotMatch(said, /nothing/);
    assert.deepEqual((await dryRun('missing', '--allow-missing')).report.warnings, []);
  });

  it('refuses an unknown field with what was meant, and leaves it out where --validate=warn says so', async () => {
    const { current } = scenario;
    await current.write({
      'unknown/kustomization.yaml': 'resources: [web.yaml]\n',
      'unknown/web.yaml': deployment('unknown', `imagePullPolcy: Always, ${RUNS}`),
    });
    const folder = join(current.folder, 'unknown');
    const strict = await kapply(inNamespace('deploy', '-k', folder, '--no-wait'));
    assert.equal(strict.code, 2, strict.transcript);
    assert.match(strict.stdout + strict.stderr, /web\.yaml:\d+.*imagePullPolcy[^]*imagePullPolicy/);
    assert.equal(await current.find('Deployment', 'unknown'), undefined);
    const lenient = await kapply(inNamespace('deploy', '-k', folder, '--no-wait', '--validate=warn'));
    assert.equal(lenient.code, 0, lenient.transcript);
    assert.match(lenient.stdout + lenient.stderr, /warning: .*imagePullPolcy/);
    assert.ok(await current.find('Deployment', 'unknown'));
  });

  describe('of a chart', () => {
    const chart = (objects: string) => ({
      'chart/kustomization.yaml': `namespace: ${scenario.current.namespace}\nhelmGlobals: { chartHome: charts }\nhelmCharts: [{ name: web, releaseName: web }]\n`,
      'chart/charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
      'chart/charts/web/values.yaml': '{}\n',
      helm: `#!/bin/sh\ncase $1 in version) echo v3.18.0;; template) cat <<'T'\n${objects}\nT\n;; esac\n`,
    });
    async function planOf(objects: string, namespace: string) {
      const { folder } = scenario.current;
      await scenario.current.write(chart(objects));
      const helm = join(folder, 'helm');
      await chmod(helm, 0o755);
      return kapplyJson(
        ['deploy', '-k', join(folder, 'chart'), '--dry-run=server', '--enable-helm', '--helm-command', helm].concat(
          namespace === '' ? [] : ['-n', namespace],
        ),
      );
    }
    const object = (kind: string, name: string, hook: string): string =>
      `---\napiVersion: v1\nkind: ${kind}\nmetadata: { name: ${name}${hook === '' ? '' : `, annotations: { helm.sh/hook: ${hook} }`} }`;

    it('says which objects go to another namespace than the kustomization says', async () => {
      const { report, transcript } = await planOf(object('ConfigMap', 'charted', ''), '');
      assert.match(
        report.warnings.join('\n'),
        new RegExp(`ConfigMap/charted of a chart name no namespace and go to default, .*${scenario.current.namespace}`),
        transcript,
      );
    });

    it('applies no hook of a test or a deletion, and says which', async () => {
      const { namespace } = scenario.current;
      const { report, transcript } = await planOf(
        [
          object('ConfigMap', 'charted', ''),
          object('ConfigMap', 'tested', 'test'),
          object('ConfigMap', 'wiped', 'pre-delete'),
        ].join('\n'),
        namespace,
      );
      assert.deepEqual(
        report.changes.map(({ name }) => name),
        ['charted'],
        transcript,
      );
      assert.match(report.warnings.join('\n'), /ConfigMap\/tested is a hook[^]*ConfigMap\/wiped is a hook/);
    });

    it('refuses a hook that the next deploy could not run anew, with the ways out', async () => {
      const { code, stdout, stderr } = await planOf(
        object('Pod', 'migrated', 'pre-install'),
        scenario.current.namespace,
      );
      assert.equal(code, 2, stdout + stderr);
      assert.match(stdout, /Pod\/migrated is a hook[^]*skipHooks: true/);
    });
  });

  it('lists what another manager put there, and takes it over where that is said', async () => {
    const { current } = scenario;
    await kubectl(inNamespace('create', '--field-manager=helm', '-f', '-'), {
      stdin: deployment('moved', `${RUNS}, env: [{ name: OLD_FLAG, value: '1' }]`),
    });
    await current.write({
      'moved/kustomization.yaml': 'resources: [web.yaml]\n',
      'moved/web.yaml': deployment('moved', RUNS),
    });
    const folder = join(current.folder, 'moved');
    const plain = await kapplyJson(inNamespace('deploy', '-k', folder, '--no-wait'));
    assert.equal(plain.code, 0, plain.transcript);
    assert.match(plain.report.warnings.join('\n'), /OLD_FLAG.*helm|helm.*OLD_FLAG/);
    const environmentOf = async (): Promise<unknown> => {
      const { template } = (await current.get('Deployment', 'moved')).spec as {
        template: { spec: { containers: { env?: unknown }[] } };
      };
      return template.spec.containers[0]?.env;
    };
    assert.deepEqual(await environmentOf(), [{ name: 'OLD_FLAG', value: '1' }]);
    const taken = await kapplyJson(inNamespace('deploy', '-k', folder, '--no-wait', '--take-over-manager', 'helm'));
    assert.equal(taken.code, 0, taken.transcript);
    assert.equal(await environmentOf(), undefined);
  });

  it('knows as its own what was restored from a backup, and what is a copy in another namespace', async () => {
    const { current } = scenario;
    const files = (names: readonly string[]) => ({
      'restored/kustomization.yaml': `resources: [all.yaml]\n`,
      'restored/all.yaml': names
        .map((name) => `---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, labels: { e2e: restored } }\n`)
        .join(''),
    });
    const deploy = (...more: readonly string[]) =>
      kapplyJson(
        inNamespace(
          'deploy',
          '-k',
          join(current.folder, 'restored'),
          '--set',
          `restored-${current.namespace}`,
          '--prune-label',
          'e2e=restored',
          ...more,
        ),
      );
    await current.write(files(['stays', 'goes', 'too']));
    assert.equal((await deploy()).code, 0);
    await restore(current, current.namespace, ['stays', 'goes', 'too']);
    const other = `${current.namespace}-copy`;
    await kubectl(['create', 'namespace', other]);
    await restore(current, other, ['stays', 'goes', 'too']);

    const again = await deploy();
    assert.equal(again.code, 0, again.transcript);
    await current.write(files(['stays', 'too']));
    const later = await deploy();
    assert.equal(later.code, 0, later.transcript);
    assert.deepEqual(
      later.report.prune.map(({ name, outcome }) => `${name} ${outcome}`),
      ['goes deleted'],
    );
    const copies = await kubectl(['-n', other, 'get', 'configmap', '-l', 'e2e=restored', '-o', 'name']);
    assert.equal(copies.trim().split('\n').length, 3);
  });

  it('waits for a Namespace of the set that is being deleted, and makes it anew with all that is in it', async () => {
    const { current } = scenario;
    const name = `${current.namespace}-anew`;
    await current.write({
      'anew/kustomization.yaml': `namespace: ${name}\nresources: [all.yaml]\n`,
      'anew/all.yaml': `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name} }\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: kept }\n---${deployment('web', RUNS)}`,
    });
    const deploy = () => kapplyJson(['deploy', '-k', join(current.folder, 'anew'), '--timeout', '60s']);
    const first = await deploy();
    assert.equal(first.code, 0, first.transcript);
    const held = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'held', finalizers: ['example.com/held'] } };
    await kubectl(['-n', name, 'create', '-f', '-'], { stdin: JSON.stringify(held) });
    const { metadata: before } = await current.get('Namespace', name);
    await kubectl(['delete', 'namespace', name, '--wait=false']);

    const deploying = deploy();
    await sleep(2500);
    await kubectl([
      '-n',
      name,
      'patch',
      'configmap',
      'held',
      '--type=json',
      '-p',
      '[{"op":"remove","path":"/metadata/finalizers"}]',
    ]);
    const again = await deploying;
    assert.equal(again.code, 0, again.transcript);
    assert.notEqual((await current.get('Namespace', name)).metadata.uid, before.uid);
    const there = await kubectl(['-n', name, 'get', 'configmap/kept', 'deployment/web', '-o', 'name']);
    assert.equal(there.trim().split('\n').length, 2);
  });

  it('says which quota has no room, and that is what the wait then says', async () => {
    const { current } = scenario;
    await kubectl(inNamespace('create', 'quota', 'small', '--hard=count/pods=0,limits.memory=1Gi'));
    await current.write({
      'quota/kustomization.yaml': 'resources: [db.yaml]\n',
      'quota/db.yaml': deployment('db', RUNS)
        .replace('kind: Deployment', 'kind: StatefulSet')
        .replace('spec:', 'spec:\n  serviceName: db'),
    });
    try {
      // It is after 10 s without progress that a wait looks for Events.
      const ran = await kapplyJson(inNamespace('deploy', '-k', join(current.folder, 'quota'), '--timeout', '13s'));
      assert.equal(ran.code, 4, ran.transcript);
      const said = ran.report.warnings.join('\n');
      assert.match(
        said,
        /ResourceQuota\/small has no room for what this deploy adds \(StatefulSet\/db\): count\/pods 1 more, 0 free/,
      );
      assert.match(
        said,
        /ResourceQuota\/small counts limits\.memory, which container app of StatefulSet\/db does not say/,
      );
      const waited = ran.stderr.slice(0, ran.stderr.indexOf('NOT READY'));
      assert.match(waited, /failed quota|exceeded quota/, ran.transcript);
    } finally {
      await kubectl(inNamespace('delete', 'quota', 'small'));
      await kubectl(inNamespace('delete', 'statefulset', 'db', '--ignore-not-found'));
    }
  });
});

/** What a backup holds: the object without what the server gives, and without a word on who owns what. */
async function restore({ namespace }: Scenario, to: string, names: readonly string[]): Promise<void> {
  const found = await kubectl(['-n', namespace, 'get', 'configmap', ...names, '-o', 'json']);
  const { items } = JSON.parse(found) as { items: readonly KubeObject[] };
  const saved = items.map(({ metadata: { name, labels, annotations }, ...rest }) => ({
    ...rest,
    metadata: { name, labels, annotations },
  }));
  if (to === namespace) await kubectl(['-n', namespace, 'delete', 'configmap', ...names]);
  await kubectl(['-n', to, 'create', '--field-manager=velero-server', '-f', '-'], {
    stdin: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: saved }),
  });
}

/** `kapply schedule`: what its CronJob runs needs its role, all of it and nothing more, on a real API server. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../src/objects/object.js';
import { kapply, kapplyJson, kubectl } from '../harness/program.js';
import { aSecondLater, eventually, useScenario } from '../harness/scenario.js';
import { fateOf } from '../harness/shop.js';

const STALE = 'stale-2456789bcd';
const USED = 'used-2456789bcd';
/** What replaced the stale ones: the newest of a family stays. */
const NEWER = 'stale-56789bcdfg';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const gadgets = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'gadgets.schedule.example.com' },
  spec: {
    group: 'schedule.example.com',
    scope: 'Namespaced',
    names: { kind: 'Gadget', plural: 'gadgets', singular: 'gadget', listKind: 'GadgetList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

for (const { what, flags, role } of [
  { what: 'in one namespace', flags: [], role: 'role' },
  { what: 'in all namespaces', flags: ['-A'], role: 'clusterrole' },
]) {
  describe(`a scheduled prune ${what}`, () => {
    const scenario = useScenario();
    /** The label is the scenario's own: with -A other scenarios' configs must not be found. */
    const label = (): string => `scheduled=${scenario.current.namespace}`;
    const name = (): string => `prune-${scenario.current.namespace}`;
    let manifests: readonly KubeObject[];
    let kubeconfig: string;

    const config = (kind: 'ConfigMap' | 'Secret', configName: string): KubeObject => ({
      apiVersion: 'v1',
      kind,
      metadata: {
        name: configName,
        labels: { scheduled: scenario.current.namespace },
        // An apply that changes nothing leaves its time as it was.
        ...(configName === NEWER && { annotations: { applied: String(Date.now()) } }),
      },
      ...(kind === 'ConfigMap' ? { data: { a: '1' } } : { stringData: { a: 'hidden' } }),
    });
    const applyStale = async (): Promise<void> => {
      await scenario.current.apply(config('ConfigMap', STALE), config('Secret', STALE));
      await aSecondLater();
      await scenario.current.apply(config('ConfigMap', NEWER), config('Secret', NEWER));
      await aSecondLater();
    };

    /** A kubeconfig of the ServiceAccount alone. */
    const credentials = async (): Promise<string> => {
      const { current } = scenario;
      const token = (await kubectl(['create', 'token', name(), '-n', current.namespace])).trim();
      const view = JSON.parse(
        await kubectl(['config', 'view', '--minify', '--flatten', '--raw', '-o', 'json']),
      ) as Readonly<Record<string, unknown>>;
      const [context] = view.contexts as { name: string; context: { cluster: string } }[];
      const own = { name: 'own', context: { cluster: context?.context.cluster, user: 'own' } };
      const file = join(current.folder, 'serviceaccount.kubeconfig');
      const text = JSON.stringify({
        ...view,
        users: [{ name: 'own', user: { token } }],
        contexts: [own],
        'current-context': 'own',
      });
      await writeFile(file, text, { mode: 0o600 });
      return file;
    };
    /** What the CronJob's container would run. */
    const command = (): readonly string[] => {
      const cronJob = manifests.find(({ kind }) => kind === 'CronJob');
      const { jobTemplate } = cronJob?.spec as {
        jobTemplate: { spec: { template: { spec: { containers: readonly { args: readonly string[] }[] } } } };
      };
      return jobTemplate.spec.template.spec.containers[0]?.args ?? [];
    };
    const rules = (): readonly Rule[] =>
      manifests.find(({ kind }) => kind.toLowerCase() === role)?.rules as readonly Rule[];
    const may = async (verb: string, resource: string): Promise<boolean> => {
      const { namespace } = scenario.current;
      const review = {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: {
          user: `system:serviceaccount:${namespace}:${name()}`,
          resourceAttributes: { namespace, verb, resource, group: groupOfResource(resource) },
        },
      };
      const args = ['create', '-f', '-', '-o', 'jsonpath={.status.allowed}'];
      return (await kubectl(args, { stdin: JSON.stringify(review) })) === 'true';
    };
    const groupOfResource = (resource: string): string =>
      rules().find(({ resources }) => resources.includes(resource))?.apiGroups[0] ?? '';
    const setRules = async (changed: readonly Rule[]): Promise<void> => {
      const path = JSON.stringify([{ op: 'replace', path: '/rules', value: changed }]);
      await kubectl(['patch', role, name(), '-n', scenario.current.namespace, '--type=json', '-p', path]);
    };
    /** The role without one resource, as long as `work` lasts: then its last rule, of everything, has to go as well. */
    const without = async (resource: string, work: () => Promise<void>): Promise<void> => {
      const narrower = rules().map((rule) => ({
        ...rule,
        resources: rule.resources.filter((one) => one !== resource && one !== '*'),
      }));
      await setRules(narrower.filter(({ resources }) => resources.length > 0));
      await eventually('the role is narrower', async () => ((await may('list', resource)) ? undefined : true));
      await work();
      await setRules(rules());
      await eventually('the role is whole', async () => (await may('list', resource)) || undefined);
    };

    before(async () => {
      const { current } = scenario;
      const printed = await kapply([
        ...['schedule', '-l', label(), '--every', '0 3 * * *', '--name', name(), '-n', current.namespace],
        ...['--older-than', '0s', ...flags],
      ]);
      assert.equal(printed.code, 0, printed.transcript);
      manifests = parseAllDocuments(printed.stdout).map((document) => document.toJS() as KubeObject);
      await kubectl(['apply', '-f', '-'], { stdin: printed.stdout });
      await current.apply(config('ConfigMap', USED), config('Secret', USED), {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'user' },
        spec: {
          selector: { matchLabels: { app: 'user' } },
          template: {
            metadata: { labels: { app: 'user' } },
            spec: {
              terminationGracePeriodSeconds: 0,
              containers: [
                {
                  name: 'app',
                  image: 'busybox:1.37',
                  command: ['sleep', 'infinity'],
                  envFrom: [{ configMapRef: { name: USED } }, { secretRef: { name: USED } }],
                },
              ],
            },
          },
        },
      });
      kubeconfig = await credentials();
      await applyStale();
    });
    after(async () => {
      if (role === 'clusterrole') await kubectl(['delete', 'clusterrole,clusterrolebinding', name()]);
    });

    for (const resource of ['pods', 'cronjobs', 'serviceaccounts', 'ingresses']) {
      it(`deletes nothing without the right to list ${resource}, and names it`, () =>
        without(resource, async () => {
          const ran = await kapplyJson(command(), { kubeconfig });
          for (const kind of ['ConfigMap', 'Secret']) {
            const fate = fateOf(ran.report, kind, STALE) ?? 'not named';
            assert.match(fate, new RegExp(`^kept: .*unknown.*\\(needs list on ${resource}`), ran.transcript);
            assert.ok((await scenario.current.find(kind, STALE)) !== undefined);
          }
        }));
    }

    it('keeps what could stand in custom resources that the role may not list', async () => {
      const { current } = scenario;
      await kubectl(['apply', '-f', '-'], { stdin: JSON.stringify(gadgets) });
      await kubectl(['wait', '--for=condition=Established', `crd/${gadgets.metadata.name}`]);
      try {
        await without('*', async () => {
          const kept = await kapplyJson(command(), { kubeconfig });
          assert.match(fateOf(kept.report, 'Secret', STALE) ?? 'not named', /^kept: .*unknown/, kept.transcript);
        });
        const gadget = {
          apiVersion: 'schedule.example.com/v1',
          kind: 'Gadget',
          metadata: { name: 'gadget', namespace: current.namespace },
          spec: { secretRef: { name: STALE } },
        };
        await kubectl(['apply', '-f', '-'], { stdin: JSON.stringify(gadget) });
        const used = await kapplyJson([...command(), '--dry-run=client'], { kubeconfig });
        assert.equal(fateOf(used.report, 'Secret', STALE), 'kept: in use by Gadget/gadget', used.transcript);
      } finally {
        await kubectl(['delete', 'crd', gadgets.metadata.name]);
      }
    });

    it('deletes what is stale, keeps what is used, and lacks no right', async () => {
      const ran = await kapplyJson(command(), { kubeconfig });
      assert.equal(ran.code, 0, ran.transcript);
      for (const kind of ['ConfigMap', 'Secret']) {
        assert.equal(fateOf(ran.report, kind, STALE), 'deleted', ran.transcript);
        assert.match(fateOf(ran.report, kind, USED) ?? '', /^kept: in use by .*Deployment\/user/, ran.transcript);
        assert.equal(await scenario.current.find(kind, STALE), undefined);
        assert.ok((await scenario.current.find(kind, USED)) !== undefined);
      }
      // Custom resources of the cluster are beyond a role of one namespace: other scenarios may define some.
      const others = ran.report.warnings.filter((text) => !/^not searched for uses, .* clustergadgets\./.test(text));
      assert.deepEqual(others, [], ran.transcript);
      assert.doesNotMatch(ran.stdout + ran.stderr, /hidden/);
    });

    it('says that it may not delete, when it may not', async () => {
      await applyStale();
      const readOnly = rules().map((rule) => ({ ...rule, verbs: rule.verbs.filter((verb) => verb !== 'delete') }));
      await setRules(readOnly);
      await eventually('the role only reads', async () => ((await may('delete', 'secrets')) ? undefined : true));
      const ran = await kapplyJson(command(), { kubeconfig });
      assert.equal(ran.code, 6, ran.transcript);
      for (const kind of ['ConfigMap', 'Secret']) {
        const entry = ran.report.prune.find((one) => one.kind === kind && one.name === STALE);
        assert.equal(entry?.outcome, 'failed', ran.transcript);
        assert.match(entry.reason, /cannot delete resource/);
      }
    });
  });
}

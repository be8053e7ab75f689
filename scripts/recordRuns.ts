/**
 * Records what the engine emits, on the sandbox, for the reporters' tests: `node --import tsx scripts/recordRuns.ts [NAME…]`.
 * Takes two minutes. Whoever runs it reads the difference of the golden texts before it is committed.
 */
import { writeFile } from 'node:fs/promises';
import type { Event } from '../src/engine/run/events.js';
import type { Report } from '../src/engine/run/report.js';
import { connect } from '../src/cluster/connect.js';
import { deploy } from '../src/engine/run/deploy.js';
import { DEPLOY_DEFAULTS } from '../src/engine/run/defaults.js';
import type { DeployOptions } from '../src/engine/run/options.js';
import { render } from '../src/render/render.js';
import { processRunner } from '../src/runner.js';
import { startSandbox } from '../src/sandbox/index.js';
import { makeOverlay } from '../test/commands/overlay.js';

const NAMESPACE = 'shop';

function workload(kind: string, name: string, image: string, more = ''): string {
  return `apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name} }
spec:
  replicas: 3${kind === 'StatefulSet' ? '\n  serviceName: db' : ''}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata:
      labels: { app: ${name} }${more}
    spec:
      containers:
      - name: app
        image: ${image}
        envFrom: [{ configMapRef: { name: cfg } }]
`;
}

function service(name: string): string {
  return `apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${name} }, ports: [{ port: 80 }] }
`;
}

function kustomization(color: string): string {
  return `metadata: { name: shop }
namespace: ${NAMESPACE}
resources: [all.yaml]
configMapGenerator: [{ name: cfg, literals: [color=${color}] }]
generatorOptions: { labels: { app: shop } }
`;
}

interface Step {
  readonly color: string;
  readonly web: string;
  readonly db: string;
  readonly timeoutMs?: number;
}

const IMAGE = 'registry.example/web:1';
const NEVER = '\n      annotations: { sandbox.kapply.dev/ready-after: never }';
const SLOW = '\n      annotations: { sandbox.kapply.dev/ready-after: 2s }';
const db = (more = ''): string => workload('StatefulSet', 'db', 'registry.example/db:1', more);

/** Each from a cluster of its own: what is deployed first, and the deploy that is recorded. */
const RUNS: Readonly<Record<string, readonly [before: Step, recorded: Step]>> = {
  success: [
    { color: 'blue', web: workload('Deployment', 'web', IMAGE), db: db() },
    { color: 'green', web: workload('Deployment', 'web', 'registry.example/web:2', SLOW), db: db() },
  ],
  failure: [
    { color: 'blue', web: workload('Deployment', 'web', IMAGE), db: db() },
    { color: 'green', web: workload('Deployment', 'web', 'registry.example/web:does-not-exist'), db: db(SLOW) },
  ],
  timeout: [
    { color: 'blue', web: workload('Deployment', 'web', IMAGE), db: db() },
    { color: 'green', web: workload('Deployment', 'web', IMAGE), db: db(NEVER), timeoutMs: 12_000 },
  ],
  refused: [
    { color: 'blue', web: workload('Deployment', 'web', IMAGE), db: db() },
    {
      color: 'blue',
      web: workload('Deployment', 'web', IMAGE),
      db: db().replace('serviceName: db', 'serviceName: other'),
    },
  ],
};

async function record([before, recorded]: readonly [Step, Step]): Promise<{ events: Event[]; report: Report }> {
  const sandbox = await startSandbox();
  const cluster = await connect({ env: {}, kubeconfig: sandbox.kubeconfig, namespace: NAMESPACE });
  const overlay = await makeOverlay({});
  const run = async ({ color, web, db: database, timeoutMs = 120_000 }: Step) => {
    await overlay.write({
      'kustomization.yaml': kustomization(color),
      'all.yaml': [
        'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n',
        service('web'),
        service('db'),
        web,
        database,
      ].join('---\n'),
    });
    const events: Event[] = [];
    const emit = (event: Event): void => void events.push(event);
    emit({ type: 'phaseStarted', phase: 'render', total: undefined, at: Date.now() });
    const rendered = await render(overlay.folder, {});
    const generated = rendered.objects.filter((object) => object.generated).length;
    emit({ type: 'rendered', objects: rendered.objects.length, generated });
    emit({ type: 'phaseFinished', phase: 'render', outcome: 'done', note: '', at: Date.now() });
    const report = await deploy(
      rendered.objects,
      { ...OPTIONS, timeoutMs },
      {
        cluster,
        emit,
        signal: new AbortController().signal,
        now: Date.now,
        confirm: () => Promise.resolve('agreed'),
        runner: processRunner(),
      },
    );
    return { events, report };
  };
  try {
    await run(before);
    // Creation times have seconds.
    await new Promise((resolve) => setTimeout(resolve, 2000));
    return await run(recorded);
  } finally {
    await cluster.close();
    await overlay.remove();
    await sandbox.close();
  }
}

const OPTIONS: DeployOptions = { ...DEPLOY_DEFAULTS, set: 'shop', lockTimeoutMs: 10_000, pruneLabel: 'app=shop' };

/** What differs from run to run: the time of day, the server's port, whole objects, which no reporter but diff shows. */
function normalized({ events, report }: { events: Event[]; report: Report }): unknown {
  const began = events.reduce((first, event) => ('at' in event ? Math.min(first, event.at) : first), Infinity);
  return JSON.parse(
    JSON.stringify({ events, report }, (field, value: unknown) => {
      if (['at', 'until', 'failsAt'].includes(field) && typeof value === 'number') return value - began;
      if (field === 'server') return 'https://prod-eu.example:6443';
      if (field === 'context') return 'prod-eu';
      if ((field === 'tryCommand' || field === 'undoCommand') && typeof value === 'string')
        return value.replace(/(?:--kubeconfig \S+ )?--context \S+/, '--context prod-eu');
      if (['live', 'desired', 'after', 'rendered'].includes(field)) return undefined;
      if (field === 'object' && typeof value === 'object') return undefined;
      return value;
    }),
  );
}

const wanted = process.argv.slice(2);
for (const [name, steps] of Object.entries(RUNS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const file = new URL(`../test/fixtures/runs/${name}.json`, import.meta.url);
  await writeFile(file, `${JSON.stringify(normalized(await record(steps)), undefined, 1)}\n`);
}
process.exit();

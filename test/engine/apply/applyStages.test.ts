import assert from 'node:assert/strict';
import { applyStages, type AppliedSet, type ApplyStagesOptions } from '../../../src/engine/apply/applyStages.js';
import { sortIntoStages } from '../../../src/engine/apply/waves.js';
import type { ApiResource } from '../../../src/cluster/cluster.js';
import type { Change, Member } from '../../../src/engine/plan/member.js';
import type { Plan } from '../../../src/engine/plan/plan.js';
import { EXIT } from '../../../src/errors.js';
import { groupOf, idOf, versionOf, type KubeObject } from '../../../src/objects/object.js';
import {
  fakeCluster,
  forbidden,
  resource,
  RESOURCES,
  type FakeCluster,
  type FakeClusterOptions,
} from '../fakeCluster.js';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const DEFINITIONS = resource('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'customresourcedefinitions', {
  namespaced: false,
});
const WIDGETS = resource('shop.example.com/v1', 'Widget', 'widgets');
const SERVED = [...RESOURCES, DEFINITIONS];

function object(apiVersion: string, kind: string, name: string, more: Partial<KubeObject> = {}): KubeObject {
  const found = [...SERVED, WIDGETS].find((candidate) => candidate.kind === kind);
  const namespace = found?.namespaced === false ? {} : { namespace: 'shop' };
  return { apiVersion, kind, ...more, metadata: { name, ...namespace, ...more.metadata } };
}

const config = (name: string, dependsOn?: string): KubeObject =>
  object('v1', 'ConfigMap', name, {
    ...(dependsOn !== undefined && {
      metadata: { name, annotations: { 'config.kubernetes.io/depends-on': dependsOn } },
    }),
  });
const gadget = (ready: 'True' | 'False'): KubeObject =>
  object('shop.example.com/v1', 'Gadget', 'base', { status: { conditions: [{ type: 'Ready', status: ready }] } });
const definition = object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'widgets.shop.example.com', {
  spec: { group: 'shop.example.com', names: { kind: 'Widget', plural: 'widgets' }, versions: [{ name: 'v1' }] },
  status: { conditions: [{ type: 'Established', status: 'True' }] },
});
const namespace = object('v1', 'Namespace', 'shop', { status: { phase: 'Active' } });
const pod = object('v1', 'Pod', 'once', { status: { phase: 'Succeeded' } });
const ingress = object('networking.k8s.io/v1', 'Ingress', 'web');

/** A plan that creates all of these. */
function planOf(objects: readonly KubeObject[], served: readonly ApiResource[]): Plan {
  const members = objects.map((one): Member => {
    const { group, kind } = idOf(one);
    const known = [...served, WIDGETS].find((candidate) => candidate.group === group && candidate.kind === kind);
    assert.ok(known !== undefined, `${groupOf(one.apiVersion)}/${versionOf(one.apiVersion)} ${kind}`);
    const rendered = { object: one, origin: { file: 'all.yaml' }, generated: false };
    return { id: idOf(one), object: one, resource: known, rendered, pendingKind: !served.includes(known) };
  });
  const stages = sortIntoStages(members).map(({ awaits, members: of }) => ({ awaits, members: of.map(created) }));
  return { stages, prune: [], confirmations: [], controlled: 0, set: 'shop', pruneLabel: undefined, warnings: [] };
}

function created(member: Member): Change {
  const { object: desired } = member;
  const none = { replaces: undefined, live: undefined, changed: [], takesOver: [], notes: [] };
  return { ...none, member, action: 'create', validated: true, desired, after: desired };
}

interface Stages {
  readonly cluster: FakeCluster;
  readonly result: Promise<AppliedSet>;
  /** Writes that the server got, in order: `gadgets shop/base`. */
  readonly writes: () => string[];
}

function run(
  objects: readonly KubeObject[],
  options: Partial<ApplyStagesOptions> & FakeClusterOptions & { readonly served?: readonly ApiResource[] } = {},
): Stages {
  const { served = SERVED, react, ...more } = options;
  // Handed on as it is: a test may have the server serve more, later.
  const discovery = { resources: served, failures: [] };
  const cluster = fakeCluster({ discovery, now: () => NOW, ...(react !== undefined && { react }) });
  const result = applyStages(planOf(objects, [...served]), {
    cluster,
    discovery: { resources: [...served], failures: [] },
    emit: () => undefined,
    signal: new AbortController().signal,
    now: () => NOW,
    timeoutMs: 60_000,
    failFast: true,
    fieldManager: 'kapply',
    forceConflicts: false,
    takeOverManagers: [],
    pruneLabel: undefined,
    since: NOW,
    readinessRules: [],
    ...more,
  });
  const writes = (): string[] => cluster.log.flatMap((line) => /^(?:apply|create) (.*)/.exec(line)?.[1] ?? []);
  return { cluster, result, writes };
}

const turns = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

describe('applyStages', () => {
  it('sends a stage when the one before is answered, and all of a stage at once', async () => {
    const { result, writes } = run([ingress, pod, config('b'), config('a'), namespace]);
    const { applied } = await result;
    assert.equal(applied.length, 5);
    assert.deepEqual(
      [writes()[0], writes().slice(1, 3).sort(), ...writes().slice(3)],
      ['namespaces shop', ['configmaps shop/a', 'configmaps shop/b'], 'pods shop/once', 'ingresses shop/web'],
    );
  });

  it('waits for what a later object depends on, and not for what none does', async () => {
    const stage = run([gadget('False'), config('after', 'shop.example.com/namespaces/shop/Gadget/base')]);
    await turns();
    assert.deepEqual(stage.writes(), ['gadgets shop/base']);
    stage.cluster.put(gadget('True'));
    await stage.result;
    assert.deepEqual(stage.writes(), ['gadgets shop/base', 'configmaps shop/after']);

    const free = run([gadget('False'), ingress]);
    await free.result;
    assert.deepEqual(free.writes(), ['gadgets shop/base', 'ingresses shop/web']);
  });

  it('ends after the stage in which an object is refused, with what was applied by then', async () => {
    const { result, writes } = run([ingress, config('a'), config('b'), namespace], {
      react: ({ name }) => {
        if (name === 'a') throw forbidden('configmaps');
      },
    });
    await assert.rejects(result, {
      code: 'ApplyRefused',
      exitCode: EXIT.refused,
      message: /refused ConfigMap\/a; 2 of 4 objects were applied, nothing was pruned/,
    });
    assert.deepEqual(writes().sort(), ['configmaps shop/a', 'configmaps shop/b', 'namespaces shop']);
  });

  it('tells what was applied before it waits for anything, and of workloads before what follows them', async () => {
    const told: string[] = [];
    const names = (applied: AppliedSet['applied']): string => applied.map(({ change }) => change.member.id.name).join();
    await run([config('a'), pod, ingress], {
      reached: (applied) => told.push(`reached ${names(applied)}`),
      afterWorkloads: (applied) => Promise.resolve(void told.push(`after workloads ${names(applied)}`)),
    }).result;
    assert.deepEqual(told, ['reached a', 'reached a,once', 'after workloads a,once', 'reached a,once,web']);
    // Whoever waits for everything does so anyway.
    told.length = 0;
    await run([pod], { afterWorkloads: () => Promise.resolve(void told.push('after workloads')) }).result;
    assert.deepEqual(told, []);
  });

  it('sends a custom resource when its kind is served, which discovery tells', async () => {
    const served = [...SERVED];
    let asked = 0;
    const { result, writes } = run([object('shop.example.com/v1', 'Widget', 'w'), definition], {
      served,
      react: ({ verb }) => {
        if (verb === 'discover' && (asked += 1) === 1) served.push(WIDGETS);
      },
    });
    const { discovery } = await result;
    assert.equal(asked, 1);
    assert.deepEqual(writes(), ['customresourcedefinitions widgets.shop.example.com', 'widgets shop/w']);
    assert.ok(discovery.resources.includes(WIDGETS));
  });

  it('gives up on a kind that is defined and not served', async () => {
    let clock = NOW;
    const { result, writes } = run([object('shop.example.com/v1', 'Widget', 'w'), definition], {
      // Each look at the clock finds that the time for serving is over; that of the rollout never is.
      now: () => (clock += 31_000),
      timeoutMs: Number.MAX_SAFE_INTEGER,
    });
    await assert.rejects(result, { code: 'KindNotServed', exitCode: EXIT.timedOut });
    assert.deepEqual(writes(), ['customresourcedefinitions widgets.shop.example.com']);
  });

  it('ends with its signal while it waits', async () => {
    const stop = new AbortController();
    const { result, writes } = run([gadget('False'), config('after', 'shop.example.com/namespaces/shop/Gadget/base')], {
      signal: stop.signal,
    });
    await turns();
    stop.abort(new Error('interrupted'));
    await assert.rejects(result, /interrupted/);
    assert.deepEqual(writes(), ['gadgets shop/base']);
  });
});

/**
 * Fields of which one at a time may be there: server-side apply merges, so that an old one that somebody else owns, or
 * that is a default, makes the new one invalid. All of them (harness/oneOfs) are changed at once on objects that came by
 * each of the usual ways: the right outcome without and with force, nothing left behind, and never the advice to delete
 * what can be changed.
 */
import assert from 'node:assert/strict';
import { findResource } from '../../src/cluster/cluster.js';
import { PlanRefusedError } from '../../src/engine/plan/refusals/refusal.js';
import { formatId, groupOf, idOf, versionOf, type Json, type KubeObject } from '../../src/objects/object.js';
import { ENV_SOURCES, HOOKS, oneOfObjects, PROBES, VOLUMES } from '../harness/oneOfs.js';
import { essence, planAndApplyAll } from '../harness/planAndApply.js';
import { kubectl } from '../harness/program.js';
import { useScenario, type Scenario } from '../harness/scenario.js';

type Fields = Readonly<Record<string, unknown>>;
type Put = (scenario: Scenario, objects: readonly KubeObject[]) => Promise<unknown>;

const byKubectl =
  (...args: readonly string[]): Put =>
  ({ namespace }, items) =>
    kubectl(['-n', namespace, ...args, '-f', '-'], {
      stdin: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
    });
const byKapply: Put = (scenario, objects) => planAndApplyAll(scenario, objects);
/** What an editor does: the content is another, and what the metadata says stays. */
const edit =
  (manager: string): Put =>
  async ({ cluster, namespace }, objects) => {
    const discovery = await cluster.discover({ refresh: true });
    for (const { apiVersion, kind, metadata, ...content } of objects) {
      const resource = findResource(discovery, groupOf(apiVersion), versionOf(apiVersion), kind)!;
      const address = { resource, namespace: resource.namespaced ? namespace : '', name: metadata.name };
      const live = await cluster.get(address);
      const given = Object.hasOwn(content, 'stringData') ? { ...content, data: {} } : content;
      const patch = [
        ...['data', 'binaryData'].flatMap((field) =>
          live?.[field] === undefined || field in given ? [] : [{ op: 'remove', path: `/${field}` }],
        ),
        ...Object.entries(given).map(([field, value]) => ({ op: 'add', path: `/${field}`, value: value as Json })),
      ];
      await cluster.patch(address, patch, { type: 'json', fieldManager: manager });
    }
  };

/**
 * How the objects can have come: `put` alone, or with `first` what the manifest says, and `put` what somebody made of it.
 * `asks`: whom what they have besides belongs to, where that is somebody who must be asked.
 */
const WAYS: Readonly<Record<string, { readonly first?: Put; readonly put: Put; readonly asks?: string }>> = {
  'kubectl apply': { put: byKubectl('apply') },
  'kubectl apply --server-side': { put: byKubectl('apply', '--server-side') },
  'kubectl create': { put: byKubectl('create', '--save-config=false') },
  'kubectl edit of what kubectl applied': { first: byKubectl('apply'), put: edit('kubectl-edit') },
  'kubectl replace of what kubectl applied server-side': {
    first: byKubectl('apply', '--server-side'),
    put: edit('kubectl-replace'),
  },
  kapply: { put: byKapply },
  'kubectl edit of what kapply applied': { first: byKapply, put: edit('kubectl-edit') },
  'Helm 3': { put: byKubectl('create', '--field-manager=helm'), asks: 'helm' },
  'Helm 4': { put: byKubectl('apply', '--server-side', '--field-manager=helm'), asks: 'helm' },
  'kubectl set of what kubectl applied': {
    first: byKubectl('apply'),
    put: edit('kubectl-set'),
    asks: 'kubectl-set',
  },
  'kubectl set of what kapply applied': { first: byKapply, put: edit('kubectl-set'), asks: 'kubectl-set' },
};

describe('a one-of field', () => {
  const scenario = useScenario();
  /** What the server makes of each object that is created as the manifest says. */
  let fresh: ReadonlyMap<string, unknown>;

  const removeWithoutNamespace = (prefix: string): Promise<unknown> => {
    const objects = oneOfObjects(prefix, 'after').filter(({ metadata }) => metadata.name.includes(prefix));
    return kubectl([
      'delete',
      '--ignore-not-found',
      '--wait=false',
      ...objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`),
    ]);
  };

  before(async () => {
    const { current } = scenario;
    const prefix = `${current.namespace}-fresh`;
    try {
      const made = await planAndApplyAll(current, oneOfObjects(prefix, 'after'));
      fresh = new Map(made.map(({ stored }) => [nameIn(prefix, stored), settled(prefix, stored)]));
    } finally {
      await removeWithoutNamespace(prefix);
    }
  });

  it('is in the table, whichever the server has', async () => {
    const text = await kubectl(['get', '--raw', '/openapi/v3/api/v1']);
    const { components } = JSON.parse(text) as { components: { schemas: Record<string, { properties: Fields }> } };
    const members = (kind: string): string[] =>
      Object.keys(components.schemas[`io.k8s.api.core.v1.${kind}`]?.properties ?? {}).sort();
    assert.deepEqual(
      members('Volume').filter((name) => name !== 'name'),
      Object.keys(VOLUMES).sort(),
    );
    assert.deepEqual(members('EnvVarSource'), Object.keys(ENV_SOURCES).sort());
    assert.deepEqual(members('LifecycleHandler'), Object.keys(HOOKS).sort());
    assert.deepEqual(
      members('Probe').filter((name) => !/Seconds$|Threshold$/.test(name)),
      Object.keys(PROBES).sort(),
    );
  });

  for (const [way, { first, put, asks }] of Object.entries(WAYS)) {
    describe(`of what came by ${way}`, () => {
      const other = useScenario();
      after(() => removeWithoutNamespace(other.current.namespace));

      it(`changes${asks === undefined ? '' : ' where that is forced'}, and nothing is left behind${asks === undefined ? '' : ` once ${asks} is taken over`}`, async () => {
        const { current } = other;
        const prefix = current.namespace;
        const [old, desired] = [oneOfObjects(prefix, 'before'), oneOfObjects(prefix, 'after')];
        if (first !== undefined) await first(current, desired);
        await put(current, old);

        const refusals = await refusalsOf(current, desired);
        assert.equal(refusals.length > 0, asks !== undefined, refusals.map(({ text }) => text).join('\n'));
        for (const { code, text } of refusals) {
          assert.equal(code, 'FieldManagerConflict', text);
          assert.doesNotMatch(text, /delete|recreate|immutable/);
          assert.match(text, new RegExp(asks!));
          assert.match(text, /--force-conflicts/);
        }
        if (asks !== undefined) {
          const forced = await planAndApplyAll(current, desired, { forceConflicts: true });
          for (const { planned, stored } of forced) {
            const name = nameIn(prefix, stored);
            assert.deepEqual(settled(prefix, planned.after), settled(prefix, stored), name);
            assert.deepEqual(withoutHarmless(settled(prefix, stored)), fresh.get(name), name);
          }
          for (const { planned, stored } of await planAndApplyAll(current, desired))
            assert.equal(planned.action, 'unchanged', nameIn(prefix, stored));
          await planAndApplyAll(current, desired, { takeOverManagers: [asks] });
        }
        for (const { planned, stored } of await planAndApplyAll(current, desired)) {
          const name = nameIn(prefix, stored);
          assert.deepEqual(settled(prefix, stored), fresh.get(name), name);
          assert.equal(planned.action, 'unchanged', name);
        }
      });
    });
  }
});

/** What a plan without force says, having applied where there is nothing to ask. */
async function refusalsOf(
  scenario: Scenario,
  desired: readonly KubeObject[],
): Promise<readonly { readonly code: string; readonly text: string }[]> {
  try {
    await planAndApplyAll(scenario, desired);
    return [];
  } catch (error) {
    if (!(error instanceof PlanRefusedError)) throw error;
    return error.refusals.map(({ failure: { code, message, suggestions } }) => ({
      code,
      text: [message, ...suggestions].join('\n'),
    }));
  }
}

function nameIn(prefix: string, object: KubeObject): string {
  return formatId({ ...idOf(object), namespace: '' }).replace(prefix, '');
}

/** The object without who it is, and what the server gives to one and not to another. */
function settled(prefix: string, object: KubeObject): Fields {
  const { metadata: _, labels: __, annotations: ___, ...content } = essence(object);
  const spec = content.spec as Fields | undefined;
  const { clusterIP: ____, clusterIPs: _____, ...kept } = spec ?? {};
  return JSON.parse(JSON.stringify({ ...content, ...(spec && { spec: kept }) }).replaceAll(prefix, '')) as Fields;
}

/** Without what excludes nothing, as the server sees it: it stays another manager's, and the plan lists it. */
function withoutHarmless({ spec, ...content }: Fields): Fields {
  if (spec === undefined) return content;
  const { externalName, updateStrategy, ...kept } = spec as Fields;
  const { rollingUpdate, ...strategy } = (updateStrategy ?? {}) as Fields;
  return {
    ...content,
    spec: {
      ...kept,
      ...(kept.type === 'ExternalName' && { externalName }),
      ...(updateStrategy !== undefined && {
        updateStrategy: strategy.type === 'OnDelete' ? strategy : { ...strategy, rollingUpdate },
      }),
    },
  };
}

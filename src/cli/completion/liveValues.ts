/** Values that the kubeconfig or the cluster knows, for completion: quick, or not at all. */
import { Readable } from 'node:stream';
import { findPreferred, type Cluster } from '../../cluster/cluster.js';
import { loadKubeconfig } from '../../cluster/kubeconfig/loadKubeconfig.js';
import { familyOf } from '../../engine/configs/revisions.js';
import { listRecords, recordResource } from '../../engine/records/listRecords.js';
import { checkSetName } from '../../engine/sets/setName.js';
import { RECORD_LABEL } from '../../objects/annotations.js';
import type { KubeObject } from '../../objects/object.js';
import type { LiveValue } from './completion.js';
import type { CommandIo } from '../io.js';
import { withCluster } from '../openCluster.js';

/** Whoever presses TAB waits for no longer, ms. */
const MOST_MS = 1000;

/** @returns [] where it cannot be known in time: a completion says nothing of errors, since it would say it into the prompt */
export async function liveValues(
  what: LiveValue,
  given: Readonly<Record<string, string>>,
  io: CommandIo,
  version: string,
): Promise<readonly string[]> {
  const { kubeconfig, context, namespace } = { ...fromEnvironment(io.env), ...given };
  if (what === 'contexts') {
    const { contexts } = await loadKubeconfig({ kubeconfig, env: io.env });
    return contexts.map(({ name }) => name);
  }
  const flags = {
    ...given,
    kubeconfig,
    context,
    namespace,
    sandbox: given.sandbox === 'true',
    'insecure-skip-tls-verify': given['insecure-skip-tls-verify'] === 'true',
    'as-group': undefined,
    concurrency: '2',
  };
  const signal = AbortSignal.timeout(MOST_MS);
  const late = new Promise<readonly string[]>((resolve) => {
    signal.addEventListener('abort', () => resolve([]), { once: true });
  });
  // A login plugin may not ask for anything: what is typed belongs to the shell.
  const silent = Object.defineProperties({} as CommandIo, {
    ...Object.getOwnPropertyDescriptors(io),
    stdin: { value: Readable.from([]) },
  });
  const opening = { io: silent, version, emit: () => undefined };
  const read = withCluster(flags, opening, (cluster) =>
    what === 'sets' || what === 'records'
      ? recorded(what, given.set, cluster, signal)
      : readValues(what, cluster, given['all-namespaces'] === 'true', signal),
  );
  return Promise.race([read, late]);
}

function fromEnvironment(env: CommandIo['env']): Readonly<Record<string, string | undefined>> {
  return { kubeconfig: env.KAPPLY_KUBECONFIG, context: env.KAPPLY_CONTEXT, namespace: env.KAPPLY_NAMESPACE };
}

/** The sets that have records in the namespace, or the numbers of one set's records. */
async function recorded(
  what: 'sets' | 'records',
  set: string | undefined,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const discovery = await cluster.discover({ signal });
  const { namespace } = cluster;
  if (what === 'records') {
    if (set === undefined) return [];
    const records = await listRecords(checkSetName(set, '--set'), namespace, { cluster, discovery, signal });
    return records.map(({ number }) => String(number));
  }
  const resource = recordResource(discovery);
  if (resource === undefined) return [];
  const { items } = await cluster.listMetadata(resource, { namespace, labelSelector: RECORD_LABEL, signal });
  return items.flatMap(({ metadata }) => metadata.labels?.[RECORD_LABEL] ?? []);
}

async function readValues(
  what: 'namespaces' | 'labels' | 'families' | 'configs',
  cluster: Cluster,
  isEverywhere: boolean,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const discovery = await cluster.discover({ signal });
  const list = async (kind: string): Promise<readonly KubeObject[]> => {
    const resource = findPreferred(discovery, '', kind);
    if (resource === undefined) return [];
    const where = resource.namespaced && !isEverywhere ? { namespace: cluster.namespace } : {};
    return (await cluster.listMetadata(resource, { ...where, signal })).items;
  };
  if (what === 'namespaces') return (await list('Namespace')).map(({ metadata }) => metadata.name);
  const [maps, secrets] = await Promise.all([list('ConfigMap'), list('Secret').catch(() => [])]);
  const all = [...maps, ...secrets];
  if (what === 'configs')
    return [
      ...maps.map(({ metadata }) => `ConfigMap/${metadata.name}`),
      ...secrets.map(({ metadata }) => `Secret/${metadata.name}`),
    ];
  if (what === 'families') return all.flatMap(({ metadata }) => familyOf(metadata.name) ?? []);
  return all
    .filter(({ metadata }) => familyOf(metadata.name) !== undefined)
    .flatMap(({ metadata }) => Object.entries(metadata.labels ?? {}).map(([key, value]) => `${key}=${value}`));
}

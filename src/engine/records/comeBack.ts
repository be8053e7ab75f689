/** What of a record can come back, and what cannot: found out before anything is planned. Only gets are sent. */
import { findResource, type Cluster, type Discovery } from '../../cluster/cluster.js';
import { inputError } from '../../errors.js';
import { isJob } from '../../objects/kinds.js';
import {
  formatId,
  groupOf,
  idOf,
  keyOf,
  versionOf as apiVersionOf,
  type KubeObject,
  type ObjectId,
} from '../../objects/object.js';
import type { RenderedObject } from '../../objects/rendered.js';
import { isRevision } from '../configs/revisions.js';
import { namesToFind } from '../plan/warnings/missingNames.js';
import { mapConcurrently } from '../run/mapConcurrently.js';
import { podSpecPath } from '../uses/references.js';
import { versionOf } from './content.js';
import type { RecordContent, RecordedObject } from './recorded.js';
import { hasWithheld, restore } from './withhold.js';

export interface ComingBack {
  /** What is deployed again. */
  readonly rendered: readonly RenderedObject[];
  /** Everything that the record holds, with what could be restored. */
  readonly whole: readonly RenderedObject[];
  /** The keys of what stays as it is now. */
  readonly staying: ReadonlySet<string>;
  /** What does not come back as it was, each a sentence. */
  readonly notes: readonly string[];
}

export interface ComeBackOptions {
  readonly cluster: Cluster;
  readonly discovery: Discovery;
  readonly signal: AbortSignal;
  /** The name of the record, for places of errors. */
  readonly from: string;
  /** What cannot come back stays as it is, also where it is a workload. */
  readonly allowPartial: boolean;
}

interface Item {
  /** As it was recorded, with what was withheld put back. */
  readonly object: KubeObject;
  readonly id: ObjectId;
  readonly generated: boolean;
  readonly lost: readonly string[];
  readonly live: KubeObject | undefined;
  /** True where what was put back may be another value than it was. */
  readonly isOther: boolean;
}

/** @throws KapplyError `CannotComeBack` (exit 2) where a workload cannot, unless it may stay as it is */
export async function comeBack(content: RecordContent, options: ComeBackOptions): Promise<ComingBack> {
  const items = await mapConcurrently(content.objects, options.cluster.concurrency, (recorded) =>
    restoreOne(recorded, content, options),
  );
  const jobs = items.filter(({ object }) => isJob(object));
  const gone = items.filter(({ lost, object }) => lost.length > 0 && !isJob(object));
  const blocked = blockedBy(gone, items);
  if (blocked.length > 0 && !options.allowPartial) throw cannotComeBack(gone, blocked);
  const left = new Set([...jobs, ...gone, ...blocked]);
  const leftOut = jobs.map(({ id }) => id);
  const toRendered = ({ object, generated }: Item): RenderedObject => ({
    object,
    generated,
    origin: { file: options.from },
    ...(leftOut.length > 0 && { leftOut }),
  });
  return {
    rendered: items.filter((item) => !left.has(item)).map(toRendered),
    whole: items.map(toRendered),
    staying: new Set([...gone, ...blocked].map(({ id }) => keyOf(id))),
    notes: [
      ...gone.map(
        (item) => `${goneWords(item)}, so it ${item.live === undefined ? 'does not come back' : 'stays as it is now'}`,
      ),
      ...blocked
        .filter((item) => !gone.includes(item))
        .map(({ id }) => `${formatId(id)} stays as it is now: it needs what does not come back`),
      ...items
        .filter((item) => item.isOther && !left.has(item))
        .map(
          ({ id }) =>
            `${formatId(id)} has changed since: what no record holds of it (its secret values) stays as it is now`,
        ),
      ...(jobs.length === 0
        ? []
        : [`a rollback runs no Job, and deletes none: ${jobs.map(({ id }) => formatId(id)).join(', ')}`]),
    ],
  };
}

async function restoreOne(
  { object, generated, version }: RecordedObject,
  { namespace }: RecordContent,
  { cluster, discovery, signal }: ComeBackOptions,
): Promise<Item> {
  const { apiVersion, kind, metadata } = object;
  const resource = findResource(discovery, groupOf(apiVersion), apiVersionOf(apiVersion), kind);
  const place = resource?.namespaced === true ? (metadata.namespace ?? namespace) : '';
  const id = { ...idOf(object), namespace: place };
  if (!hasWithheld(object)) return { object, id, generated, lost: [], live: undefined, isOther: false };
  const live =
    resource === undefined ? undefined : await cluster.get({ resource, namespace: place, name: id.name }, { signal });
  // The name of a generated config says its content.
  const isOther = live !== undefined && !isRevision(id) && version !== versionOf(live);
  return { ...restore(object, live), id, generated, live, isOther };
}

/** The workloads that do not come back: themselves, or what their pods need. */
function blockedBy(gone: readonly Item[], items: readonly Item[]): Item[] {
  const isWorkload = ({ object }: Item): boolean =>
    !isJob(object) && podSpecPath(groupOf(object.apiVersion), object.kind) !== undefined;
  if (gone.length === 0) return [];
  const lost = new Set(gone.map(({ id }) => keyOf(id)));
  return items.filter((item) => {
    if (!isWorkload(item)) return false;
    if (gone.includes(item)) return true;
    const { namespace } = item.id;
    const placed = { ...item.object, metadata: { ...item.object.metadata, namespace } };
    return namesToFind([placed]).some(({ named }) => lost.has(keyOf(named)));
  });
}

function goneWords({ id, lost, live }: Item): string {
  const what = id.kind === 'Secret' ? 'its values are' : `${lost.join(', ')} ${lost.length === 1 ? 'is' : 'are'}`;
  return `${formatId(id)}${live === undefined ? ' is gone, and' : ':'} ${what} in no record`;
}

function cannotComeBack(gone: readonly Item[], blocked: readonly Item[]) {
  const names = blocked.map(({ id }) => formatId(id)).join(', ');
  return inputError(
    'CannotComeBack',
    `${names} cannot come back: ${gone.map(goneWords).join('; ')}. Nothing was sent`,
    {
      suggestions: [
        '--allow-partial goes back with the rest, and leaves these as they are.',
        'Create what is gone by hand, under the same name, and roll back again. With --keep N earlier revisions stay.',
      ],
    },
  );
}

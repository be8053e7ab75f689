import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../objects/object.js';
import { controlledBy, controllerReference } from './owners.js';
import type { Simulation } from './simulation.js';
import { contentHash } from './templateHash.js';
import type { PodTemplate, RevisionObject } from './workloadTypes.js';

const CONTROLLER_REVISION = 'apps/ControllerRevision';

interface Revisioned extends KubeObject {
  readonly spec: { readonly template: PodTemplate; readonly revisionHistoryLimit?: number };
}

/** How a controller marks its revisions. */
export interface RevisionMarks {
  readonly hashLabel: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * The ControllerRevision of the present template: made, or moved to the newest number where an earlier template came
 * back (kubernetes/kubernetes pkg/controller/history).
 */
export function currentRevision(
  { client }: Simulation,
  owner: Revisioned,
  { hashLabel, annotations }: RevisionMarks,
): RevisionObject {
  const known = revisionsOf(client, owner);
  const data = { spec: { template: { ...owner.spec.template, $patch: 'replace' } } };
  const same = known.find((revision) => isDeepStrictEqual(plain(revision.data), plain(data)));
  const newest = known.at(-1);
  if (same !== undefined) {
    if (same === newest) return same;
    return client.update(CONTROLLER_REVISION, { ...same, revision: (newest?.revision ?? 0) + 1 });
  }
  const hash = contentHash(owner.spec.template);
  return client.create(CONTROLLER_REVISION, {
    metadata: {
      name: `${owner.metadata.name}-${hash}`,
      namespace: owner.metadata.namespace ?? '',
      labels: { ...owner.spec.template.metadata?.labels, [hashLabel]: hash },
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [controllerReference(owner)],
    },
    data,
    revision: (newest?.revision ?? 0) + 1,
  });
}

/** The revisions of an object, the oldest first. */
export function revisionsOf(client: Simulation['client'], owner: KubeObject): RevisionObject[] {
  return controlledBy(client, CONTROLLER_REVISION, owner).sort((a, b) => a.revision - b.revision);
}

/** Deletes the oldest revisions that no pod has, as far as there are more than the history keeps. */
export function forgetRevisions({ client }: Simulation, owner: Revisioned, used: ReadonlySet<string>): void {
  const unused = revisionsOf(client, owner).filter(({ metadata }) => !used.has(metadata.name));
  const surplus = unused.length - (owner.spec.revisionHistoryLimit ?? 10);
  for (const revision of unused.slice(0, Math.max(0, surplus))) client.remove(CONTROLLER_REVISION, revision);
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

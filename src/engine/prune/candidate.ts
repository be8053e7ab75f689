/** What a search for leftovers finds, and what it could not look at. */
import type { ApiResource } from '../../cluster/cluster.js';
import type { Right } from '../../cluster/right.js';
import { idOf, keyOf, type KubeObject } from '../../objects/object.js';

export interface Candidates {
  readonly items: readonly Candidate[];
  /** The server's clock when the search began, ms since the epoch; undefined where nothing could be listed. */
  readonly serverTime: number | undefined;
  /** What could not be listed: nothing of it is pruned, and nothing is known of it. */
  readonly unlisted: readonly Unlisted[];
  /** The same in words. */
  readonly warnings: readonly string[];
}

export interface Unlisted {
  readonly resource: Pick<ApiResource, 'group' | 'kind' | 'plural'>;
  /** '' for all. */
  readonly namespace: string;
  /** Of one object that could not be read. */
  readonly name?: string;
  /** A sentence. */
  readonly why: string;
  /** What it needs to be allowed, where it was forbidden. */
  readonly rights: readonly Right[];
}

export interface Candidate {
  readonly object: KubeObject;
  readonly resource: ApiResource;
  /** A Secret of a type that is never pruned. */
  readonly protectedType: boolean;
}

/** What two searches of different places have found together. A kind of the cluster is in both. */
export function joinCandidates(...parts: readonly Candidates[]): Candidates {
  const times = parts.flatMap(({ serverTime }) => serverTime ?? []);
  const items = new Map(
    parts.flatMap((part) =>
      part.items.map((one) => [one.object.metadata.uid ?? keyOf(idOf(one.object)), one] as const),
    ),
  );
  const unlisted = new Map(parts.flatMap((part) => part.unlisted.map((one) => [one.why, one] as const)));
  return {
    items: [...items.values()],
    serverTime: times.length === 0 ? undefined : Math.min(...times),
    unlisted: [...unlisted.values()],
    warnings: [...new Set(parts.flatMap(({ warnings }) => warnings))],
  };
}

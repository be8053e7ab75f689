import type { Requirement } from '../../objects/selector.js';
import type { Gap } from '../uses/plannedReads.js';
import type { Use } from '../uses/uses.js';
import type { Inside } from './insides.js';

/** What is judged for: a deploy's leftovers, an operator's `kapply prune`, or what `kapply delete` renders. */
export type Verb = 'deploy' | 'prune' | 'delete';

export interface JudgeOptions {
  readonly verb: Verb;
  readonly requirements: readonly Requirement[];
  /** The names of this set: its own, and with --renamed-from its former one. Empty for a run without a name. */
  readonly sets: readonly string[];
  /** What this deploy applies: keys, UIDs, and the families of its generated configs (`familyKey`). */
  readonly applied: {
    readonly keys: ReadonlySet<string>;
    readonly uids: ReadonlySet<string>;
    readonly families: ReadonlySet<string>;
  };
  /** When this run began by the server's clock, ms since the epoch. */
  readonly runStart: number;
  /** The server's clock when the candidates were searched for; undefined where nothing said it. */
  readonly serverNow?: number | undefined;
  /** The field manager of this deploy: what it, `kapply` or `kubectl` applied counts as applied. */
  readonly fieldManager: string;
  readonly adopt: boolean;
  readonly keep: number;
  /** What a workload can be rolled back to is kept. */
  readonly keepRollback: boolean;
  /** The newest revision of a family goes as well. */
  readonly includeNewest: boolean;
  /** Younger candidates stay: ms; 0 for a deploy that holds its set's lock. */
  readonly minimumAgeMs: number;
  /** `--prune-kind`. */
  readonly pruneKinds: readonly string[];
  /** What is in the Namespaces and CustomResourceDefinitions among the candidates, by `keyOf`. */
  readonly insides: ReadonlyMap<string, Inside>;
  /** Who uses what now, or will once the set has rolled out. */
  readonly uses: ReadonlyMap<string, readonly Use[]>;
  /** What could not be read: of what could be used there nothing is known. */
  readonly gaps: readonly Gap[];
}

/** What a record holds: its summary, and what was deployed. Types alone. */
import type { KubeObject } from '../../objects/object.js';
import type { ReadinessExpressions } from '../readiness/expressions/expressions.js';
import type { DeployOptions } from '../run/options.js';

/** How the run ended. `applied`: it was not waited for (--no-wait). */
export type RecordState = 'deployed' | 'applied' | 'failed' | 'interrupted' | 'superseded';

/** What stands in the annotation. */
export interface RecordSummary {
  readonly state: RecordState;
  /** When the run ended, RFC 3339, by its own clock. */
  readonly at: string;
  /** Who the server took it for; undefined where it did not say. */
  readonly user: string | undefined;
  /** Where it ran: `ci@runner-7 pid 4711`. */
  readonly runner: string;
  /** The commit that was checked out. */
  readonly commit: string | undefined;
  readonly counts: {
    readonly created: number;
    readonly configured: number;
    readonly unchanged: number;
    readonly deleted: number;
  };
  /** Of what was deployed, without what is withheld. */
  readonly digest: string;
  /** How many objects lie in it; 0 where it holds none. */
  readonly objects: number;
  /** The deploy that it went back to, where it was a rollback. */
  readonly backTo: number | undefined;
  /** Which holder of the set's lock it was (spec.leaseTransitions); undefined where it held none. */
  readonly transitions: number | undefined;
  readonly error: { readonly code: string; readonly message: string } | undefined;
  readonly options: RecordedOptions;
}

/** What the deploy was told of pruning, and how its objects are owned: a rollback goes by it. */
export type RecordedOptions = Pick<
  DeployOptions,
  'pruneLabel' | 'pruneKinds' | 'pruneNamespaces' | 'keep' | 'keepRollback' | 'fieldManager' | 'restartOnChange' | 'own'
>;

export interface RecordContent {
  /** The namespace of objects that name none. */
  readonly namespace: string;
  readonly objects: readonly RecordedObject[];
  readonly readinessRules: readonly ReadinessExpressions[];
}

export interface RecordedObject {
  readonly object: KubeObject;
  readonly generated: boolean;
  /** Of an object of which something is withheld: what it was when it was deployed, as `versionOf` says it. */
  readonly version?: string;
}

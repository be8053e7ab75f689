import type { Cluster } from '../../cluster/cluster.js';
import type { Emit } from './events.js';
import type { KubeObject } from '../../objects/object.js';
import type { RenderedObject } from '../../objects/rendered.js';
import type { Judgement, Plan } from '../plan/plan.js';
import type { Validate } from '../plan/change/validate.js';
import type { MaskRule } from '../../objects/secretTexts.js';
import type { ReadinessExpressions } from '../readiness/expressions/expressions.js';

/** What must be agreed to before anything is sent, with what it is about. */
export interface Confirmation {
  readonly question: string;
  /** Why it is asked: `deletes 31 objects, more than --prune-limit 20`. */
  readonly reasons: readonly string[];
  /** The objects in question. */
  readonly deletions: readonly Judgement[];
  readonly plan: Plan;
  /** A yes does not agree to it: this name does, typed. */
  readonly typed?: string;
  /** The configs that new revisions replace, for whoever shows the plan as diffs: by the key of the change. */
  readonly readReplaced: () => Promise<ReadonlyMap<string, KubeObject>>;
}

/** `withoutPrune`: the deploy, and none of the deletions that follow it. `declined` ends the run with exit 2; `impossible` (no terminal to ask on) as well, naming `--yes`. */
export type Answer = 'agreed' | 'withoutPrune' | 'declined' | 'impossible';

/** Who runs: the holder of a set's lock. */
export interface Runner {
  /** Unique to this run, for people as well: `ci@runner-7 pid 4711 3f2a…`. */
  readonly identity: string;
  /** True where a holder's process was on this machine, and is no more. */
  readonly hasEnded: (identity: string) => boolean;
}

export interface LockOptions {
  /** False for --no-lock. */
  readonly lock: boolean;
  /** How long to wait for another run of the set, ms. */
  readonly lockTimeoutMs: number;
  /** The run that holds the lock is asked to stop, instead of only waited for. */
  readonly supersede: boolean;
}

/** A cluster whose writes need more than a yes: the user's own configuration says which. */
export interface Protection {
  /** What has to be typed. */
  readonly name: string;
  /** The file that says so. */
  readonly by: string;
  /** The name was given beforehand. */
  readonly confirmed: boolean;
}

/** What every run of the engine is handed: it has no terminal, no process and no clock of its own. */
export interface RunContext {
  readonly cluster: Cluster;
  readonly emit: Emit;
  /** Aborted by Ctrl-C: the run stops waiting, says what was applied, and leaves the cluster as it is. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly confirm: (confirmation: Confirmation) => Promise<Answer>;
  readonly runner: Runner;
  readonly protection?: Protection | undefined;
}

/** What carrying a plan out needs. */
export type WriteContext = Pick<RunContext, 'cluster' | 'emit' | 'signal' | 'now'>;

/** What planning needs: it asks nothing, and writes nothing. */
export type PlanContext = Pick<RunContext, 'cluster' | 'signal' | 'now'>;

export interface PruneOptions {
  /** The label selector; undefined prunes nothing. */
  readonly pruneLabel: string | undefined;
  /** `ConfigMap`, `apps/Deployment`: replaces the default kinds. Empty means the default. */
  readonly pruneKinds: readonly string[];
  /** Namespaces to look in besides those of the applied set. */
  readonly pruneNamespaces: readonly string[];
  /** More deletions than this are asked about first. */
  readonly pruneLimit: number;
  /** How many earlier revisions of each family stay. */
  readonly keep: number;
  /** Revisions that `rollout undo` could go back to stay. */
  readonly keepRollback: boolean;
  /** Candidates that neither kapply nor kubectl applied count as well. */
  readonly adopt: boolean;
  /** Kinds, as `GROUP/KIND`, in which uses are looked for only where they can be listed. */
  readonly ignoreUnlisted: readonly string[];
}

/** What a plan depends on. */
export interface PlanOptions extends PruneOptions {
  /** The set's name, given by a person (docs/sets.md). undefined: the run owns nothing. */
  readonly set: string | undefined;
  /** --renamed-from: the set's former name; what belongs to it moves to `set`. */
  readonly formerSet: string | undefined;
  /** `-n`: the namespace of objects that name none; an object that names another is an error. undefined: the context's. */
  readonly namespace: string | undefined;
  readonly fieldManager: string;
  readonly forceConflicts: boolean;
  /** Field managers whose fields become ours before the apply, as kubectl's do (--take-over-manager). */
  readonly takeOverManagers: readonly string[];
  /** Objects of another set are taken into this one. */
  readonly takeOver: boolean;
  /** What is done with fields that the server does not know (--validate). */
  readonly validate: Validate;
  /** What is named and nowhere to be found is not warned of (--allow-missing). */
  readonly allowMissing: boolean;
  /** Pod templates get a hash of the plain-named configs of the set that they read at start. */
  readonly restartOnChange: boolean;
  /** When objects of some kinds are ready (docs/readiness.md), besides what annotations say. */
  readonly readinessRules: readonly ReadinessExpressions[];
  /** `client`: nothing but reads is sent; `server`: the server's dry run of every write as well. */
  readonly dryRun: 'client' | 'server' | undefined;
}

export interface DeployOptions extends PlanOptions, LockOptions {
  /** Generated configs get ownerReferences to the workloads that use them. */
  readonly own: boolean;
  readonly wait: boolean;
  /** For the whole rollout, in ms. */
  readonly timeoutMs: number;
  /** A doomed pod ends its rollout after 30 s. */
  readonly failFast: boolean;
  /** What Jobs write is told while they are waited for. */
  readonly logs: boolean;
  /** The record that a deploy of a named set leaves; undefined: none. */
  readonly record: RecordOptions | undefined;
}

/** What a deploy leaves of itself (docs/rollback.md). */
export interface RecordOptions {
  /** How many deploys that went well are kept; 0: no record is written. */
  readonly keep: number;
  /** What besides Secrets must not stand in it (--mask). */
  readonly maskRules: readonly MaskRule[];
  /** The commit that is deployed. */
  readonly commit: string | undefined;
  /** Of a rollback. */
  readonly back?: RecordedBack;
}

/** What a rollback goes back to. */
export interface RecordedBack {
  /** The number of the deploy. */
  readonly number: number;
  /** Where the records and the Lease lie: what is left out may have been alone in its namespace. */
  readonly home: string;
  /** What the record of the rollback holds: that of the deploy, also what is left out of it now. */
  readonly rendered: readonly RenderedObject[];
}

/** What a delete can be told; the rest of what it judges by is as for a deploy. */
export interface DeleteOptions
  extends LockOptions, Pick<PlanOptions, 'set' | 'namespace' | 'pruneLabel' | 'pruneKinds' | 'adopt' | 'dryRun'> {
  /** For what is deleted to be gone, ms. */
  readonly timeoutMs: number;
}

import type { ObjectId } from '../../objects/object.js';
import type { Stage } from '../apply/waves.js';
import type { Change } from './member.js';

/** Why a candidate stays, and what was found out about it: one entry for each rule of engine/prune/rules. */
export interface KeepFacts {
  readonly applied: object;
  readonly label: object;
  readonly terminating: { readonly finalizers: readonly string[] };
  readonly createdDuringRun: { readonly by: 'creation' | 'apply' | 'clock' };
  readonly controlled: { readonly owner: string; readonly follows: boolean };
  readonly container: { readonly kind: string };
  readonly keepMark: { readonly mark: string };
  /** `GROUP/KIND/NAMESPACE/NAME` of the object that was stamped. */
  readonly copy: { readonly original: string };
  readonly otherSet: { readonly sets: readonly string[] };
  readonly coOwned: { readonly sets: readonly string[] };
  readonly otherTool: { readonly tracker: string };
  readonly unnamed: object;
  readonly notApplied: { readonly by: string };
  readonly noSet: object;
  readonly protectedType: object;
  /** One user in words, and how many more workloads there are; `roots` are the keys of all of them. */
  readonly inUse: {
    readonly user: string;
    /** Where it stands, if it is a word that equals the name. */
    readonly word?: string;
    readonly more: number;
    readonly roots: readonly string[];
  };
  readonly unknown: { readonly missing: string };
  /** Some of what is in a container and not this set's, and how many more there are. */
  readonly holdsOthers: { readonly others: readonly string[]; readonly more: number };
  readonly newestOfFamily: object;
  readonly keptRevision: { readonly keep: number; readonly rollback?: Rollback };
  readonly tooYoung: { readonly minimumMs: number };
  /** Of a plan file (engine/planFile): stale since it was made. */
  readonly notInPlan: object;
}

export type KeepReason = keyof KeepFacts;

/** A reason with its facts; `reason` is the same in words: `in use by Pod/web-abc of Deployment/web`. */
export type Kept = {
  readonly [Why in KeepReason]: { readonly why: Why; readonly facts: KeepFacts[Why]; readonly reason: string };
}[KeepReason];

/** A revision of a workload that `rollout undo --to-revision` goes back to. */
export interface Rollback {
  readonly root: ObjectId;
  readonly revision: string;
}

/** The judgement on one live object that carries the prune label, or that a delete names. */
export type Judgement = {
  readonly id: ObjectId;
  readonly version: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** RFC 3339, by the server's clock. */
  readonly created?: string;
  /** Of a ConfigMap or a Secret: how many keys it has, as `kubectl get` counts them. */
  readonly keys?: number;
  /** Of a custom resource of this set: what somebody, such as its operator, does and removes before it is gone. */
  readonly finalizers?: readonly string[];
} & (
  | {
      readonly verdict: 'delete';
      /** kapply applied it in this set. */
      readonly ours: boolean;
      readonly reason: string;
      /** An earlier run of a Job: it goes when this one has gone well, whatever is pruned (docs/jobs.md). */
      readonly replacedBy?: ObjectId;
      /** In a plan: who uses it until then, in words; absent where nobody does. */
      readonly usedNow?: string;
      /** Of a Namespace or a CustomResourceDefinition: how many objects of this set go with it. */
      readonly holds?: number;
      /** What will no longer work. */
      readonly consequences: readonly Rollback[];
    }
  | ({ readonly verdict: 'keep' } & Kept)
);

/** Everything that a deploy would write. diff, dry run, confirmation and execution share it. */
export interface Plan {
  /** In the order in which they are applied. */
  readonly stages: readonly Stage<Change>[];
  /** Candidates to delete, and those that are kept although they matched. */
  readonly prune: readonly Judgement[];
  /** Why the deletions must be agreed to before anything is sent; empty where the prune label is consent enough. */
  readonly confirmations: readonly string[];
  /** Children of controllers that carry the label: kept, counted, not listed. */
  readonly controlled: number;
  /** The set's name; undefined for a run without one. */
  readonly set: string | undefined;
  readonly pruneLabel: string | undefined;
  readonly warnings: readonly string[];
}

/** The changes of all stages, in their order; none where there is no plan yet. */
export function changesOf(plan: Pick<Plan, 'stages'> | undefined): Change[] {
  return plan?.stages.flatMap(({ members }) => members) ?? [];
}

/** True where carrying the plan out would change something: false for a plan that sends nothing. */
export function changesAnything(plan: Pick<Plan, 'stages' | 'prune'>): boolean {
  return (
    changesOf(plan).some(({ action }) => action !== 'unchanged') ||
    plan.prune.some(({ verdict }) => verdict === 'delete')
  );
}

import type { ApiResource } from '../../cluster/cluster.js';
import type { JsonObject, KubeObject, ObjectId } from '../../objects/object.js';

/** What a deploy will do to one rendered object. `recreate` is delete and create, where `kapply.dev/on-immutable` allows it. */
export type ChangeAction = 'create' | 'configure' | 'recreate' | 'unchanged';

/** One write (or the proof that none is needed), before it is made. */
export interface PlannedChange {
  readonly id: ObjectId;
  readonly version: string;
  readonly resource: ApiResource;
  readonly action: ChangeAction;
  /** A custom resource that fits its definition in this set, which the server does not have yet. */
  readonly byDefinition?: boolean;
  /** The stage in which it is applied, from 1: apply/waves. */
  readonly wave: number;
  /** For a generated config that is created: the newest earlier revision of its family in the cluster. */
  readonly replaces: string | undefined;
  /** False where the server could not say beforehand: its namespace or its kind is created by this run. */
  readonly validated: boolean;
  /** The object as the server has it now; undefined where there is none. */
  readonly live: KubeObject | undefined;
  /** What is sent: the rendered object with kapply's annotations, stringData folded into data. */
  readonly desired: KubeObject;
  /** The object as the server will store it (from its dry run), or `desired` where it could not say. */
  readonly after: KubeObject;
  /** The paths of what changes, shortest useful form: `image`, `replicas`, `data.PASSWORD`. Never values. */
  readonly changed: readonly string[];
  /** Field managers whose fields are taken over first: `kubectl-client-side-apply`, `kubectl`. */
  readonly takesOver: readonly string[];
  /** Fields of others that are removed with the change, since they exclude it (TakeOverOptions.claims). */
  readonly claims?: JsonObject;
  /** For a generated config that another set made: the merge patch that records this set, instead of an apply. */
  readonly share?: JsonObject;
  /** Things that the user should know: `keeps the live replicas 3`. */
  readonly notes: readonly string[];
}

/** Why a candidate stays, and what was found out about it: one entry for each rule of engine/prune/rules. */
export interface KeepFacts {
  readonly applied: object;
  readonly label: object;
  readonly terminating: { readonly finalizers: readonly string[] };
  readonly createdDuringRun: { readonly by: 'creation' | 'apply' };
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
  readonly inUse: { readonly user: string; readonly more: number; readonly roots: readonly string[] };
  readonly unknown: { readonly missing: string };
  /** Some of what is in a container and not this set's, and how many more there are. */
  readonly holdsOthers: { readonly others: readonly string[]; readonly more: number };
  readonly newestOfFamily: object;
  readonly keptRevision: { readonly keep: number; readonly rollback?: Rollback };
  readonly tooYoung: { readonly minimumMs: number };
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
  /** Of a custom resource of this set: what somebody, such as its operator, does and removes before it is gone. */
  readonly finalizers?: readonly string[];
} & (
  | {
      readonly verdict: 'delete';
      /** kapply applied it in this set. */
      readonly ours: boolean;
      readonly reason: string;
      /** Of a Namespace or a CustomResourceDefinition: how many objects of this set go with it. */
      readonly holds?: number;
      /** What will no longer work. */
      readonly consequences: readonly Rollback[];
    }
  | ({ readonly verdict: 'keep' } & Kept)
);

/** Everything that a deploy would write. diff, dry run, confirmation and execution share it. */
export interface Plan {
  readonly changes: readonly PlannedChange[];
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

/**
 * One object of a set on its way through a run: `Member` → `Change` → `Applied`. Each holds the one before, and adds what
 * its step found out; nothing stands twice.
 */
import type { ErrorInfo } from '../../errors.js';
import type { ApiResource, ObjectAddress } from '../../cluster/cluster.js';
import type { JsonObject, KubeObject, ObjectId } from '../../objects/object.js';
import type { RenderedObject } from '../../objects/rendered.js';

/** What was rendered, found fit to be sent, and where to. */
export interface Member {
  readonly id: ObjectId;
  /** What is to be sent: with its namespace and kapply's annotations, stringData folded into data. */
  readonly object: KubeObject;
  readonly resource: ApiResource;
  readonly rendered: RenderedObject;
  /** Its kind is defined by a CustomResourceDefinition of the set that the server does not have yet. */
  readonly pendingKind: boolean;
  /** Of a Job that is run by a policy (`kapply.dev/run`): its earlier runs that are in the cluster, newest first. */
  readonly earlierRuns?: readonly KubeObject[];
}

/** What a deploy will do to one member. `recreate` is delete and create, where `kapply.dev/on-immutable` allows it. */
export type ChangeAction = 'create' | 'configure' | 'recreate' | 'unchanged';

/** The pods of a workload that its change ends: all at once, or some at a time as its strategy says. */
export interface Restart {
  readonly pods: number;
  readonly atOnce: boolean;
}

/** What the plan found out about a member: one write (or the proof that none is needed), before it is made. */
export interface Change {
  readonly member: Member;
  readonly action: ChangeAction;
  /** A custom resource that fits its definition in this set, which the server does not have yet. */
  readonly byDefinition?: boolean;
  /** For a generated config that is created: the newest earlier revision of its family in the cluster. */
  readonly replaces: string | undefined;
  /** Pods that the change ends, to start them anew; absent where it ends none. */
  readonly restarts?: Restart;
  /** False where the server could not say beforehand: its namespace or its kind is created by this run. */
  readonly validated: boolean;
  /** Of a Job that is run by a policy: why it runs now, in words. */
  readonly runs?: string;
  /** The object as the server has it now; undefined where there is none. */
  readonly live: KubeObject | undefined;
  /** What is sent: the member's object, with what is kept of the live one (replicas, marks). */
  readonly desired: KubeObject;
  /** The object as the server will store it (from its dry run), or `desired` where it could not say. */
  readonly after: KubeObject;
  /** The paths of what changes, shortest useful form: `image`, `replicas`, `data.PASSWORD`. Never values. */
  readonly changed: readonly string[];
  /** Field managers whose fields are taken over first: `kubectl-client-side-apply`, `kubectl`. */
  readonly takesOver: readonly string[];
  /** What others own becomes ours with the change, in words: from whom, and since when. */
  readonly taken?: readonly string[];
  /** Fields of others that are removed with the change, since they exclude it (TakeOverOptions.claims), as FieldsV1. */
  readonly claims?: JsonObject;
  /** For a generated config that another set made: the merge patch that records this set, instead of an apply. */
  readonly share?: JsonObject;
  /** Things that the user should know: `keeps the live replicas 3`. */
  readonly notes: readonly string[];
}

/** What the server made of a change. */
export interface Applied {
  readonly change: Change;
  /** Where it was sent to: its kind may have come with an earlier stage. */
  readonly address: ObjectAddress;
  /** As the server stored it; undefined where it was refused. */
  readonly object: KubeObject | undefined;
  /** Why the server could not say anything: it is to be tried again (plan/live/noVerdict). */
  readonly aside?: ErrorInfo;
}

/** Where a member is sent to. */
export function addressOf({ id, resource }: Pick<Member, 'id' | 'resource'>): ObjectAddress {
  return { resource, namespace: id.namespace, name: id.name };
}

/** What the rules of readiness are written in: the answer, what they read, and how they say it. */
import type { KubeObject } from '../../objects/object.js';
import type { StatusWord } from '../run/events.js';

export interface Readiness {
  readonly status: StatusWord;
  /** One line that says what is missing, or what was reached. */
  readonly message: string;
  readonly ready?: { readonly have: number; readonly want: number };
  /** For what is Current by definition rather than by proof: a paused Deployment, an OnDelete DaemonSet. */
  readonly warning?: string;
  /** The kubectl command, without `kubectl`, that lets it go on: `delete`, `job`, `migrate`. */
  readonly remedy?: readonly string[];
  /** In progress, and waiting does not help while it stays so: fail fast may end the rollout. */
  readonly lasts?: boolean;
}

export interface Condition {
  readonly type?: string;
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastUpdateTime?: string;
  readonly lastTransitionTime?: string;
  /** The generation of the object that it was written for, where its controller says so. */
  readonly observedGeneration?: number;
}

/** An object with the parts that readiness reads loosened: nothing of a foreign kind is certain. */
export interface Observed {
  readonly metadata: KubeObject['metadata'];
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>> & { readonly conditions?: readonly Condition[] };
}

export interface ReadinessContext {
  /** When this run began, ms since the epoch by the server's clock: a failure from before is not this run's. */
  readonly since: number;
  /** A PersistentVolumeClaim may wait for its first consumer. */
  readonly waitsForConsumer?: (claim: KubeObject) => boolean;
  /**
   * A custom resource that has no status although its definition declares one: `waiting` while its controller may still
   * come to it, `none` when it has had its time.
   */
  readonly firstStatus?: (object: KubeObject) => 'waiting' | 'none' | undefined;
  /** The rule in CEL that an object goes by; `isWritten`: somebody wrote it for this set or this cluster. */
  readonly ruleOf?: (
    object: KubeObject,
  ) => { readonly judge: (object: KubeObject) => Readiness; readonly isWritten: boolean } | undefined;
}

export type Rule = (object: Observed, context: ReadinessContext) => Readiness | undefined;

/** What is as it should be; `warning`: and yet somebody should know something of it. */
export function current(message: string, ready?: Readiness['ready'], warning?: string): Readiness {
  return { status: 'Current', message, ...(ready && { ready }), ...(warning !== undefined && { warning }) };
}

/** What is still on its way, and what it waits for. */
export function inProgress(message: string, ready?: Readiness['ready']): Readiness {
  return { status: 'InProgress', message, ...(ready && { ready }) };
}

/** What does not get there by itself. */
export function failed(message: string, ready?: Readiness['ready']): Readiness {
  return { status: 'Failed', message, ...(ready && { ready }) };
}

/** The condition of a type, where the status has one. */
export function conditionOf(status: Observed['status'], type: string): Condition | undefined {
  // A custom resource's conditions can be anything.
  const conditions: unknown = status?.conditions;
  if (!Array.isArray(conditions)) return undefined;
  return (
    (conditions as readonly (Condition | null | undefined)[]).find((condition) => condition?.type === type) ?? undefined
  );
}

/** A condition in its own words: `Reason: message`. */
export function wordsOf(condition: Condition, fallback: string): string {
  const words = [condition.reason, condition.message].filter((part) => part !== undefined && part !== '');
  return words.length === 0 ? fallback : words.join(': ');
}

/** A condition from before this run stays until its cause goes (seen): it is not this run's failure. */
export function isRecent(time: string | undefined, since: number): boolean {
  return time === undefined || Date.parse(time) >= Math.floor(since / 1000) * 1000;
}

/**
 * status.observedGeneration, which some controllers write as a string; undefined where it is no generation: argo-rollouts
 * before 1.0 writes a hash of the spec, which can be of digits alone.
 */
export function observedGenerationOf({ metadata: { generation = 0 }, status }: Observed): number | undefined {
  const value = status?.observedGeneration;
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\d+$/.test(value) && Number(value) <= generation ? Number(value) : undefined;
}

/** A number at a field, where there is one. */
export function numberAt(fields: Readonly<Record<string, unknown>> | undefined, field: string): number | undefined {
  const value = fields?.[field];
  return typeof value === 'number' ? value : undefined;
}

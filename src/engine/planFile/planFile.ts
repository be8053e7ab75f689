/** What a plan file holds (docs/plans.md, docs/schemas/plan.json). Everything that would be done, and nothing that is secret. */
import type { KubeObject } from '../../objects/object.js';
import type { RenderedObject } from '../../objects/rendered.js';
import type { ChangeAction, Restart } from '../plan/member.js';
import type { Kept, Rollback } from '../plan/plan.js';
import type { ReadinessExpressions } from '../readiness/expressions/expressions.js';
import type { Target } from '../run/events.js';
import type { DeployOptions, PlanOptions } from '../run/options.js';

/** Files of another version are refused: what they leave out or say otherwise cannot be known. */
export const PLAN_VERSION = 1;

/** The options of a deploy that its plan depends on: what waits and locks is the business of whoever runs it. */
export type PlannedOptions = Omit<PlanOptions, 'dryRun' | 'readinessRules'> & Pick<DeployOptions, 'own'>;

/** A namespace of the cluster, by the UID that no other cluster has. */
export interface ClusterIdentity {
  readonly namespace: string;
  readonly uid: string;
}

interface Addressed {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** One rendered object. */
export interface PlannedObject {
  /** As it was rendered, with hashes for what is secret. */
  readonly manifest: KubeObject;
  readonly origin: RenderedObject['origin'];
  readonly generated: boolean;
  readonly kustomizationNamespace?: string;
  /** True where something in it is only a hash: it has to be rendered again for the deploy. */
  readonly sealed: boolean;
}

/** One change: what is done, to what, and what comes of it. */
export interface PlannedChange extends Addressed {
  readonly action: ChangeAction;
  readonly validated: boolean;
  readonly changed: readonly string[];
  readonly takesOver: readonly string[];
  readonly notes: readonly string[];
  readonly replaces?: string;
  readonly restarts?: Restart;
  /** The number of replicas is not the manifest's business: an autoscaler's, or whoever scaled it. */
  readonly keepsReplicas: boolean;
  /** What was there when the plan was made; null where nothing was. */
  readonly live: { readonly uid: string; readonly resourceVersion: string; readonly object: KubeObject } | null;
  /** What the server would store; null where that is what is there. */
  readonly after: KubeObject | null;
  /** The config that it replaces, for a diff. */
  readonly replaced?: KubeObject;
}

/** One candidate for deletion. */
export type PlannedPrune = Addressed & { readonly uid: string; readonly resourceVersion: string } & (
    | {
        readonly verdict: 'delete';
        readonly ours: boolean;
        readonly reason: string;
        readonly usedNow?: string;
        readonly holds?: number;
        readonly consequences: readonly Rollback[];
      }
    | ({ readonly verdict: 'keep' } & Kept)
  );

export interface PlanFile {
  readonly schemaVersion: typeof PLAN_VERSION;
  readonly kapplyVersion: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly origin: {
    /** What it was rendered from, as on the command line: `-k overlays/prod`. */
    readonly source: string;
    /** The commit that was checked out, where the CI system says; else null. */
    readonly commit: string | null;
  };
  readonly target: Target;
  /** null where no namespace could be read: then the server's address has to be the same. */
  readonly cluster: ClusterIdentity | null;
  readonly options: PlannedOptions;
  readonly readinessRules: readonly ReadinessExpressions[];
  /** The rules of --mask by which this file was made. */
  readonly masks: readonly string[];
  /** Of the hashes in this file, base64. */
  readonly salt: string;
  /** In the order in which they were rendered. */
  readonly objects: readonly PlannedObject[];
  /** In the order in which they are applied. */
  readonly changes: readonly PlannedChange[];
  readonly prune: readonly PlannedPrune[];
  /** Children of controllers that carry the label: kept, counted, not listed. */
  readonly controlled: number;
  /** What a deploy would ask: whoever approves the plan has answered it. */
  readonly confirmations: readonly string[];
  readonly warnings: readonly string[];
  /** Of everything above: `sha256:…` of its canonical JSON (RFC 8785). */
  readonly digest: string;
}

/** From a plan to the file that holds it. */
import { canonicalJson } from '../../objects/canonicalJson.js';
import { hideSecrets, type Masks } from '../../objects/masks.js';
import { keyOf, type KubeObject, type ObjectId } from '../../objects/object.js';
import type { RenderedObject } from '../../objects/rendered.js';
import { withoutServerFields } from '../../objects/serverFields.js';
import type { Change } from '../plan/member.js';
import { changesOf, type Judgement, type Plan } from '../plan/plan.js';
import { digestOf } from './digest.js';
import { PLAN_VERSION, type PlanFile, type PlannedChange, type PlannedObject, type PlannedPrune } from './planFile.js';
import { makeSealer, type Sealer } from './seal.js';

/** What a file says besides the plan: where it goes, what it was made from, and by whom. */
export type PlanFileOptions = Omit<
  PlanFile,
  'schemaVersion' | 'objects' | 'changes' | 'prune' | 'controlled' | 'confirmations' | 'warnings' | 'digest'
> & {
  /** What must not be said. */
  readonly known: Masks;
};

/** The file of a plan: everything that it would do, with hashes for what is secret, and the digest of it all. */
export function makePlanFile(
  rendered: readonly RenderedObject[],
  plan: Plan,
  replaced: ReadonlyMap<string, KubeObject>,
  { known, ...about }: PlanFileOptions,
): PlanFile {
  const changes = changesOf(plan);
  for (const { live, after } of changes) for (const object of [live, after]) known.learn(object);
  for (const object of replaced.values()) known.learn(object);
  const sealer = makeSealer(about.salt, known);
  // Objects are sealed field by field: a URL that was shortened in them could not be applied.
  const hide = <T>(value: T): T => hideSecrets(value, known);
  const whole: Omit<PlanFile, 'digest'> = {
    schemaVersion: PLAN_VERSION,
    ...about,
    origin: hide(about.origin),
    target: hide(about.target),
    objects: plannedObjects(rendered, sealer),
    changes: changes.map((change) => {
      const planned = plannedChange(change, replaced.get(keyOf(change.member.id)), sealer);
      return { ...planned, notes: hide(planned.notes) };
    }),
    prune: hide(plan.prune.map(plannedPrune)),
    controlled: plan.controlled,
    confirmations: hide(plan.confirmations),
    warnings: hide(plan.warnings),
  };
  return { ...whole, digest: digestOf(whole) };
}

/** Rendered objects as a plan file holds them. */
export function plannedObjects(rendered: readonly RenderedObject[], { sealObject }: Sealer): PlannedObject[] {
  return rendered.map(({ object, origin, generated, kustomizationNamespace }) => {
    const manifest = sealObject(object);
    return {
      manifest,
      origin,
      generated,
      ...(kustomizationNamespace !== undefined && { kustomizationNamespace }),
      sealed: canonicalJson(manifest) !== canonicalJson(object),
    };
  });
}

function plannedChange(change: Change, replaced: KubeObject | undefined, { sealObject }: Sealer): PlannedChange {
  const {
    member,
    action,
    validated,
    changed,
    takesOver,
    taken = [],
    runs,
    notes,
    replaces,
    restarts,
    live,
    after,
  } = change;
  const shown = (object: KubeObject): KubeObject => sealObject(withoutServerFields(object));
  return {
    ...addressed(member.id, member.resource.version),
    action,
    validated,
    changed,
    takesOver,
    notes: [...(runs === undefined ? [] : [runs]), ...taken, ...notes],
    ...(replaces !== undefined && { replaces }),
    ...(restarts !== undefined && { restarts }),
    keepsReplicas: keepsReplicas(change),
    live:
      live === undefined
        ? null
        : {
            uid: live.metadata.uid ?? '',
            resourceVersion: live.metadata.resourceVersion ?? '',
            object: shown(live),
          },
    after: action === 'unchanged' ? null : shown(after),
    ...(replaced !== undefined && { replaced: shown(replaced) }),
  };
}

/** True where the manifest does not say how many replicas there are, or an autoscaler does (plan/change/replicas). */
export function keepsReplicas({ member, desired }: Pick<Change, 'member' | 'desired'>): boolean {
  const [wanted, sent] = [member.object, desired].map(
    ({ spec }) => (spec as { readonly replicas?: unknown } | null | undefined)?.replicas,
  );
  return wanted === undefined || wanted !== sent;
}

function plannedPrune(judgement: Judgement): PlannedPrune {
  const { id, version, uid, resourceVersion } = judgement;
  const common = { ...addressed(id, version), uid, resourceVersion };
  if (judgement.verdict === 'keep') {
    const { verdict, why, facts, reason } = judgement;
    return { ...common, verdict, why, facts, reason } as PlannedPrune;
  }
  const { verdict, ours, reason, usedNow, holds, consequences } = judgement;
  return {
    ...common,
    verdict,
    ours,
    reason,
    ...(usedNow !== undefined && { usedNow }),
    ...(holds !== undefined && { holds }),
    consequences,
  };
}

function addressed({ group, kind, namespace, name }: ObjectId, version: string) {
  return { group, version, kind, namespace, name };
}

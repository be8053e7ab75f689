/** A plan file as a plan, for whoever shows it: nothing can be carried out with it. */
import { keyOf, type KubeObject, type ObjectId } from '../../objects/object.js';
import type { Change } from '../plan/member.js';
import type { Judgement, Plan } from '../plan/plan.js';
import type { PlanFile, PlannedChange, PlannedPrune } from './planFile.js';

export interface ShownFile {
  readonly plan: Plan;
  /** The configs that new revisions replace, by the key of the change. */
  readonly replaced: ReadonlyMap<string, KubeObject>;
}

/** What the file would do, as a plan that can be looked at. */
export function shownPlan(file: PlanFile): ShownFile {
  const replaced = file.changes.flatMap((change) =>
    change.replaced === undefined ? [] : [[keyOf(idOfPlanned(change)), change.replaced] as const],
  );
  return {
    plan: {
      stages: [{ members: file.changes.map(shownChange), awaits: {} }],
      prune: file.prune.map(judgementOf),
      confirmations: file.confirmations,
      controlled: file.controlled,
      set: file.options.set,
      pruneLabel: file.options.pruneLabel,
      warnings: file.warnings,
    },
    replaced: new Map(replaced),
  };
}

/** Which object an entry of a plan file is about. */
export function idOfPlanned({ group, kind, namespace, name }: ObjectId): ObjectId {
  return { group, kind, namespace, name };
}

function shownChange(change: PlannedChange): Change {
  const { group, version, kind, action, validated, changed, takesOver, notes, replaces, restarts } = change;
  const live = change.live?.object;
  const after = change.after ?? live ?? NOTHING;
  return {
    member: {
      id: idOfPlanned(change),
      object: after,
      resource: { group, version, kind, plural: '', namespaced: true, verbs: [], subresources: [], preferred: true },
      rendered: { object: after, origin: { file: '' }, generated: false },
      pendingKind: false,
    },
    action,
    validated,
    changed,
    takesOver,
    notes,
    replaces,
    ...(restarts !== undefined && { restarts }),
    live,
    desired: after,
    after,
  };
}

/** Of a file that says nothing of what is there: its digest would be another one. */
const NOTHING: KubeObject = { apiVersion: 'v1', kind: 'Unknown', metadata: { name: 'unknown' } };

function judgementOf(planned: PlannedPrune): Judgement {
  const { group: _, kind: __, namespace: ___, name: ____, ...judgement } = planned;
  return { id: idOfPlanned(planned), ...judgement };
}

/** What is said of one object of a plan, wherever a plan is shown: the diff, the question, a dry run, a comment. */
import type { Change, Restart } from '../../engine/plan/member.js';
import { changesOf, type Judgement, type Plan } from '../../engine/plan/plan.js';
import { formatId } from '../../objects/object.js';
import { rollbackTexts } from './rollbackText.js';
import { cleanLine } from '../untrusted.js';

/** What a change does besides its diff: `replaces cfg-4fk2m9tt`, `restarts 3 pods`, what is kept, what is not known. */
export function changeNotes(change: Change): string[] {
  const { replaces, taken = [], restarts, runs, notes, validated } = change;
  return [
    ...(replaces === undefined ? [] : [`replaces ${replaces}`]),
    ...(runs === undefined ? [] : [runs]),
    ...(restarts === undefined ? [] : [restartWords(restarts)]),
    ...taken,
    ...notes,
    ...(validated ? [] : ['not validated']),
  ].map(cleanLine);
}

/** `restarts 3 pods`, as the workload's strategy says; `restarts 3 pods, all at once`. */
function restartWords({ pods, atOnce }: Restart): string {
  return `restarts ${pods} ${pods === 1 ? 'pod' : 'pods'}${atOnce && pods > 1 ? ', all at once' : ''}`;
}

/** Why an object goes, and what that costs; why it stays although the label matches. */
export function judgementNotes(judgement: Judgement, plan: Pick<Plan, 'stages'>): string[] {
  if (judgement.verdict === 'keep') return [cleanLine(judgement.reason)];
  const { reason, usedNow, consequences } = judgement;
  const isServing = usedNow !== undefined && changesOf(plan).length > 0;
  return [isServing ? `after the rollout: until then in use by ${usedNow}` : reason, ...rollbackTexts(consequences)]
    .map(cleanLine)
    .filter((text) => text !== '');
}

/** `restarts 3 pods of Deployment/web, 1 pod of StatefulSet/db`; undefined where nothing is restarted. */
export function restartsText(plan: Pick<Plan, 'stages'>, namespaced: boolean): string | undefined {
  const all = changesOf(plan).flatMap(({ member: { id }, restarts }) =>
    restarts === undefined ? [] : [{ id, restarts }],
  );
  if (all.length === 0) return undefined;
  const parts = all.map(
    ({ id, restarts: { pods } }) => `${pods} ${pods === 1 ? 'pod' : 'pods'} of ${formatId(id, namespaced)}`,
  );
  return cleanLine(`restarts ${parts.join(', ')}`);
}

/** What the judgement before the deletes is held to: the plan that was approved, and what could not be listed any more. */
import type { Judgement, Plan } from '../plan/plan.js';
import type { Unlisted } from './candidate.js';
import type { JudgeNowOptions } from './judgeNowOptions.js';

/** How a second judgement differs from the plan's. */
export type JudgedAgain = Required<Pick<JudgeNowOptions, 'searchedKinds' | 'leaving' | 'keepWhole'>>;

/** What an approved plan does not name stays for this reason, however it is judged now (engine/planFile). */
export function asApproved({ prune }: Plan): (judgement: Judgement) => Judgement {
  const kept = new Map(
    prune.flatMap((one) => (one.verdict === 'keep' && one.why === 'notInPlan' ? [[one.uid, one]] : [])),
  );
  return (judgement) => (judgement.verdict === 'delete' ? (kept.get(judgement.uid) ?? judgement) : judgement);
}

/** What was planned and could not be listed any more: it is not known to be gone. */
export function unknownOf(
  planned: readonly Judgement[],
  judged: readonly Judgement[],
  unlisted: readonly Unlisted[],
): Judgement[] {
  const seen = new Set(judged.map(({ uid }) => uid));
  return planned.flatMap((judgement): Judgement[] => {
    const { id, version, uid, resourceVersion } = judgement;
    const unread = unlisted.find(
      ({ resource, namespace }) =>
        resource.group === id.group && resource.kind === id.kind && (namespace === '' || namespace === id.namespace),
    );
    if (seen.has(uid) || unread === undefined) return [];
    return [
      {
        id,
        version,
        uid,
        resourceVersion,
        verdict: 'keep',
        why: 'unknown',
        facts: { missing: unread.why },
        reason: unread.why,
      },
    ];
  });
}

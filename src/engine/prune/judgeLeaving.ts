/** Judges candidates of which many go at once. Pure. */
import { keyOf } from '../../objects/object.js';
import type { Judgement } from '../plan/plan.js';
import { usesWithout } from '../uses/projection.js';
import type { JudgeOptions } from './judgeOptions.js';

export interface Judged {
  readonly judgements: readonly Judgement[];
  /** By the key of a container: what goes with it. */
  readonly going: ReadonlyMap<string, readonly Judgement[]>;
}

/**
 * The judgements where what goes in this run uses nothing any more: an Ingress and its Service go together. Whoever stays
 * after all keeps what it uses, so it is judged again until nothing changes.
 * @param judge judges with these uses
 * @param may the UIDs of what may go at all
 */
export function judgeLeaving(
  judge: (uses: JudgeOptions['uses']) => Judged,
  uses: JudgeOptions['uses'],
  may: ReadonlySet<string> | 'all',
): readonly Judgement[] {
  const goes = (judgement: Judgement): boolean =>
    judgement.verdict === 'delete' && (may === 'all' || may.has(judgement.uid));
  const keysOf = ({ judgements, going }: Judged): string[] =>
    judgements
      .filter(goes)
      .flatMap(({ id }) => [keyOf(id), ...(going.get(keyOf(id)) ?? []).map((inside) => keyOf(inside.id))]);
  // With nothing known of uses, the first judgement is the last.
  const unused = judge(new Map());
  if (uses.size === 0) return unused.judgements;
  let leaving = new Set(keysOf(unused));
  for (;;) {
    const judged = judge(usesWithout(uses, leaving));
    const still = new Set(keysOf(judged).filter((key) => leaving.has(key)));
    if (still.size === leaving.size) return judged.judgements;
    leaving = still;
  }
}

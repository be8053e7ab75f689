/**
 * Deleting a Namespace or a CustomResourceDefinition deletes what is in it, whatever would have kept that by itself. So
 * what the set has in it is judged like anything that a delete names, and what is to stay keeps its container. Pure.
 */
import { formatId, idOf, keyOf } from '../../objects/object.js';
import type { Judgement } from '../plan/plan.js';
import { usesWithout } from '../uses/projection.js';
import type { Inside } from './insides.js';
import { judgeCandidates } from './judge.js';
import type { JudgeOptions } from './judgeOptions.js';

export interface JudgedInsides {
  /** With what is to stay of the set's own among the others. */
  readonly insides: ReadonlyMap<string, Inside>;
  /** By the key of the container: what goes with it. */
  readonly going: ReadonlyMap<string, readonly Judgement[]>;
}

/** @param options those of a delete, with the uses as they are when it goes */
export function judgeInsides(insides: ReadonlyMap<string, Inside>, options: JudgeOptions): JudgedInsides {
  const judged = [...insides].map(([container, inside]) => {
    // What names one another inside goes at once.
    const leaving = new Set(inside.own.map(({ object }) => keyOf(idOf(object))));
    const judgements = judgeCandidates(inside.own, { ...options, uses: usesWithout(options.uses, leaving) });
    const staying = judgements.flatMap((judgement) =>
      judgement.verdict === 'delete' || GOING_ANYWAY.has(judgement.why)
        ? []
        : [`${formatId(judgement.id)} (${judgement.reason})`],
    );
    return { container, inside: { ...inside, others: [...inside.others, ...staying] }, judgements };
  });
  return {
    insides: new Map(judged.map(({ container, inside }) => [container, inside])),
    going: new Map(judged.map(({ container, judgements }) => [container, judgements])),
  };
}

const GOING_ANYWAY: ReadonlySet<string> = new Set(['terminating', 'controlled']);

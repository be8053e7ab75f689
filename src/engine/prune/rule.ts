/** What a rule of a prune is: whom it is asked for, what it finds as data, and how people are told. */
import type { ObjectId } from '../../objects/object.js';
import type { KeepFacts, KeepReason, Kept } from '../plan/plan.js';
import type { Candidate } from './candidate.js';
import type { JudgeOptions, Verb } from './judgeOptions.js';
import type { RevisionOrder } from './revisionOrder.js';

/** What all candidates together tell of one. */
export interface Neighbours {
  readonly order: RevisionOrder;
  /** Keys of the revisions that `--keep` keeps. */
  readonly newest: ReadonlySet<string>;
}

type Asked = Candidate & { readonly id: ObjectId };

export interface JudgementRule {
  readonly name: KeepReason;
  /** The verbs that it is asked for. */
  readonly verbs: readonly Verb[];
  /** What stays by it, as docs/pruning.md says it. */
  readonly keeps: string;
  /** False where it needs to be known who uses the candidate, or what else there is: it is asked last. */
  readonly byItself: boolean;
  readonly judge: (candidate: Asked, options: JudgeOptions, neighbours: Neighbours) => Kept | undefined;
}

interface RuleOf<Name extends KeepReason> {
  readonly name: Name;
  readonly verbs: readonly Verb[];
  readonly keeps: string;
  readonly byItself?: false;
  readonly test: (candidate: Asked, options: JudgeOptions, neighbours: Neighbours) => KeepFacts[Name] | undefined;
  readonly words: (facts: KeepFacts[Name]) => string;
}

/** A rule whose `test` finds facts of its own kind, which `words` tells to people. */
export function rule<Name extends KeepReason>({ test, words, byItself, ...rest }: RuleOf<Name>): JudgementRule {
  return {
    ...rest,
    byItself: byItself ?? true,
    judge: (candidate, options, neighbours) => {
      const facts = test(candidate, options, neighbours);
      return facts === undefined ? undefined : ({ why: rest.name, facts, reason: words(facts) } as Kept);
    },
  };
}

export const ALL: readonly Verb[] = ['deploy', 'prune', 'delete'];

export const SEARCHING: readonly Verb[] = ['deploy', 'prune'];

export const NO_FACTS = {};

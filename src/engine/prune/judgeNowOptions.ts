/** What is judged, and by what: for the plan, and once more before the deletes. */
import type { Discovery } from '../../cluster/cluster.js';
import type { KubeObject, ObjectId } from '../../objects/object.js';
import type { PruneOptions } from '../run/options.js';
import type { WholeLists } from '../plan/live/wholeLists.js';
import type { UseScan } from '../uses/scanUses.js';
import type { Candidate, Candidates } from './candidate.js';
import type { Verb } from './judgeOptions.js';

export interface JudgeNowOptions extends Pick<
  PruneOptions,
  'pruneKinds' | 'keep' | 'keepRollback' | 'adopt' | 'ignoreUnlisted'
> {
  /** What the search found, where it is over already. */
  readonly candidates?: Candidates;
  /** Lists that are read anyway: they are not asked for again. */
  readonly whole?: WholeLists;
  /** undefined: nothing is searched; only what is named is judged. */
  readonly pruneLabel: string | undefined;
  readonly verb: Verb;
  /** What a delete names one by one, beside what the label finds. */
  readonly named?: readonly Candidate[];
  /** Only these kinds are searched, of those in scope: what a second judgement needs. */
  readonly searchedKinds?: readonly string[];
  /** The set's name; undefined for an operator's prune, and for a deploy without a name. */
  readonly set: string | undefined;
  /** --renamed-from: what belongs to this set is this one's as well. */
  readonly formerSet: string | undefined;
  /** Where to look. */
  readonly namespaces: readonly string[] | 'all';
  /** Of ConfigMaps and Secrets, only those whose names have a content hash are looked at. */
  readonly generatedOnly: boolean;
  /** Any exact occurrence of a name counts as a use, even of a name without a content hash. */
  readonly plainNames: boolean;
  readonly fieldManager: string;
  readonly signal: AbortSignal;
  readonly discovery: Discovery;
  /** Everything that the deploy applies. */
  readonly applied: readonly KubeObject[];
  /** Namespaces that the set was deployed to before: there only what belongs to it is looked at. */
  readonly formerNamespaces: readonly string[];
  /** When the run began by the server's clock; undefined: with this search. */
  readonly runStart: number | undefined;
  /** Younger candidates stay, ms: where no lock keeps other runs away. */
  readonly minimumAgeMs: number;
  /** The newest revision of a family goes as well. */
  readonly includeNewest: boolean;
  /** True for the plan: uses are judged as they will be after the rollout. */
  readonly projected: boolean;
  /** UIDs of what is about to be deleted: what is read whole of it is kept, so that it need not be read once more. */
  readonly keepWhole?: ReadonlySet<string>;
  /** What was read of the uses beside other requests; it counts where it was read for the very candidates that are open now. */
  readonly early?: Promise<EarlyUses | undefined>;
  /** UIDs of what this run may delete: once it is gone it uses nothing. By default, for a plan, whatever is judged so. */
  readonly leaving?: ReadonlySet<string> | 'all';
}

/** The uses of some candidates, read before it was certain that these are the ones. */
export interface EarlyUses {
  readonly candidates: readonly ObjectId[];
  readonly scan: UseScan;
}

/** Whether a Job runs in this deploy, and why: the table of docs/jobs.md. Pure. */
import { formatId, idOf, type KubeObject } from '../../objects/object.js';
import { newestFirst } from '../configs/revisions.js';
import type { Change, Member } from '../plan/member.js';
import { conditionOf, type Observed } from '../readiness/terms.js';
import { runPolicyOf } from './runPolicy.js';

/**
 * `create`: there is no run of this name. `keep`: the live one counts, whatever the manifest says. `again`: it has to make
 * way for a new one of its name. `apply`: it counts, and is applied like any other object.
 */
export interface RunDecision {
  readonly does: 'create' | 'keep' | 'again' | 'apply';
  /** Why it runs; '' where it does not. */
  readonly why: string;
}

/** undefined for what is run by no policy. `live`: the run of the member's own name. */
export function decideRun(
  { object, earlierRuns }: Pick<Member, 'object' | 'earlierRuns'>,
  live: KubeObject | undefined,
): RunDecision | undefined {
  const policy = runPolicyOf(object);
  if (earlierRuns === undefined || policy === undefined) return undefined;
  const [last] = earlierRuns;
  if (live === undefined) return { does: 'create', why: whyNow(policy, last) };
  if (hasFailed(live)) return { does: 'again', why: 'runs again: it failed in an earlier deploy' };
  if (policy === 'on-failure') return { does: 'keep', why: '' };
  const newest = [live, ...earlierRuns].sort(newestFirst)[0];
  if (newest === undefined || newest === live) return { does: 'apply', why: '' };
  return { does: 'again', why: `runs again: ${formatId(idOf(newest))} ran after it` };
}

function whyNow(policy: string, last: KubeObject | undefined): string {
  if (policy === 'always') return 'runs at every deploy';
  if (last === undefined) return 'runs for the first time, as far as the cluster shows';
  return `runs anew: it is not what ${formatId(idOf(last))} was`;
}

/** What a plan says of a Job's run: why there is one, and which it comes after. */
export function runWords({ member, live }: Pick<Change, 'member' | 'live'>): Pick<Change, 'runs'> {
  const why = decideRun(member, live)?.why ?? '';
  return why === '' ? {} : { runs: why };
}

/** True where its controller has given it up. */
export function hasFailed({ status }: KubeObject): boolean {
  return conditionOf(status as Observed['status'], 'Failed')?.status === 'True';
}

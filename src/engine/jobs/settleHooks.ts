/** Which hooks have their moment in this deploy: an install, or the upgrade of what is there. Pure. */
import { isJob } from '../../objects/kinds.js';
import { keyOf, type KubeObject } from '../../objects/object.js';
import { BLOCKS, hasHooks } from '../apply/hookOrder.js';
import { sortIntoStages, stagedBlocks } from '../apply/waves.js';
import type { Member } from '../plan/member.js';
import type { PreparedSet } from '../plan/prepare/prepareSet.js';
import { isContainer } from '../sets/containers.js';
import { isAppliedBy } from '../sets/ownership.js';
import { hookOf, hookWords, type DeployMoment } from './hooks.js';

/**
 * The set without the hooks that have no moment now, in the order of this one. `live`: by key. Hooks of upgrades alone are
 * left out of an install, and a Job of installs alone out of the upgrade of what somebody else installed.
 */
export function settleHooks(
  prepared: PreparedSet,
  live: ReadonlyMap<string, KubeObject>,
  { fieldManager }: { readonly fieldManager: string },
): PreparedSet {
  const objects = prepared.members.map(({ object }) => object);
  if (!hasHooks(objects)) return prepared;
  const ordinary = ordinaryMembers(prepared.members).flatMap(({ id }) => live.get(keyOf(id)) ?? []);
  const moment: DeployMoment = ordinary.length === 0 ? 'install' : 'upgrade';
  const isOurs = ordinary.some((object) => isAppliedBy(object, [fieldManager, 'kapply']));
  const warnings: string[] = [];
  const members = prepared.members.filter((member) => {
    const hook = hookOf(member.object);
    if (hook === undefined || hook.places[moment].length > 0) return true;
    if (moment === 'upgrade') return live.has(keyOf(member.id)) || !isJob(member.object) || isLate(member, isOurs);
    warnings.push(`${hookWords(member.rendered.object, hook)}: there is nothing to upgrade yet, and it is left out`);
    return false;
  });
  return {
    ...prepared,
    members,
    stages: sortIntoStages(members, moment),
    warnings: [...prepared.warnings, ...warnings],
  };
}

/** A Job that comes after an install of ours, of which no run is known: the install was cut off before it. */
function isLate({ object }: Member, isOurs: boolean): boolean {
  return isOurs && hookOf(object)?.places.install[0] === 'after';
}

/** What tells that the set is there: no hook, nothing that a first hook needs, and nothing that others live in. */
function ordinaryMembers(members: readonly Member[]): Member[] {
  const blocks = stagedBlocks(members, 'install');
  return members.filter(
    ({ id, object }) => hookOf(object) === undefined && !isContainer(id) && blocks.get(keyOf(id)) === BLOCKS.with,
  );
}

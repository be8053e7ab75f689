/** Which of the candidates no rule keeps that looks at them alone. */
import { idOf, keyOf, type ObjectId } from '../../objects/object.js';
import { familyKey, isConfigKind, isRevision } from '../configs/revisions.js';
import { setsOf } from '../sets/setName.js';
import { parsePruneSelector } from '../../objects/selector.js';
import type { Candidates } from './candidate.js';
import { reasonToKeep } from './judge.js';
import type { JudgeOptions } from './judgeOptions.js';
import type { JudgeNowOptions } from './judgeNowOptions.js';

/** What is judged, how, and which of it is not kept already, whoever uses it. */
export function openAmong(candidates: Candidates, options: JudgeNowOptions) {
  const { named = [] } = options;
  const serverTime = candidates.serverTime;
  const uids = new Set(named.map(({ object }) => object.metadata.uid));
  const found = candidates.items.filter(
    ({ object }) => !uids.has(object.metadata.uid) && !(options.generatedOnly && isPlainConfig(idOf(object))),
  );
  const judging: JudgeOptions = {
    verb: options.verb,
    requirements: options.pruneLabel === undefined ? [] : parsePruneSelector(options.pruneLabel),
    sets: setsOf(options),
    applied: {
      keys: new Set(options.applied.map((object) => keyOf(idOf(object)))),
      uids: new Set(options.applied.flatMap(({ metadata: { uid } }) => (uid === undefined ? [] : [uid]))),
      families: new Set(options.applied.flatMap((object) => familyKey(idOf(object)) ?? [])),
    },
    runStart: options.runStart ?? serverTime ?? Number.POSITIVE_INFINITY,
    serverNow: serverTime,
    fieldManager: options.fieldManager,
    adopt: options.adopt,
    keep: options.keep,
    keepRollback: options.keepRollback,
    minimumAgeMs: options.minimumAgeMs,
    includeNewest: options.includeNewest,
    pruneKinds: options.pruneKinds,
    insides: new Map(),
    uses: new Map(),
    gaps: [],
  };
  const naming: JudgeOptions = { ...judging, verb: 'delete' };
  const open = [
    ...named.filter((candidate) => reasonToKeep(candidate, naming) === undefined),
    ...found.filter((candidate) => reasonToKeep(candidate, judging) === undefined),
  ];
  return { found, judging, naming, open };
}

/** A ConfigMap or Secret whose name has no content hash. */
function isPlainConfig(id: ObjectId): boolean {
  return isConfigKind(id.group, id.kind) && !isRevision(id);
}

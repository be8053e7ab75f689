/**
 * Why a candidate stays: a table of rules. They are asked in this order and the first that matches gives the reason; what
 * none keeps is deleted. Each says what it found as data, and how people are told. docs/pruning.md is held against it.
 */
import { controllerOf, formatId, idOf, keyOf, type KubeObject, type ObjectId } from '../../objects/object.js';
import { matchesSelector } from '../../objects/selector.js';
import { familyKey, isConfigKind, isRevision } from '../configs/revisions.js';
import type { KeepFacts, Kept } from '../plan/plan.js';
import { isContainer } from '../sets/containers.js';
import { keepMarkOf } from '../sets/keepMarks.js';
import { copyOf, hasLastApplied, isAppliedBy, isStampedAsItself, ownersOf, setOf } from '../sets/ownership.js';
import { trackerOf } from '../sets/toolMarks.js';
import { unknownUses } from '../uses/scanUses.js';
import { useKey, type Use } from '../uses/uses.js';
import type { Candidate } from './candidate.js';
import type { JudgeOptions } from './judgeOptions.js';
import { lastApply, lastTouched } from './lastTouched.js';
import { type JudgementRule, rule, SEARCHING, NO_FACTS, ALL, type Neighbours } from './rule.js';

/** What a deploy does not know of may be somebody's who has just begun: ms. */
export const STRANGERS_AGE_MS = 10 * 60_000;

/** Longer than a list is read for, ms. */
const LONG_LIST_MS = 10 * 60_000;

const DURING_RUN: Readonly<Record<KeepFacts['createdDuringRun']['by'], string>> = {
  creation: 'created since this run began, by another one',
  apply: 'applied since this run began, by another one',
  clock: "created or applied in the future, by the server's clock: it was set back",
};

export const RULES: readonly JudgementRule[] = [
  rule({
    name: 'applied',
    verbs: SEARCHING,
    keeps: 'what this deploy applies, known by its name or its UID',
    test: ({ id, object }, { applied }) =>
      applied.keys.has(keyOf(id)) || applied.uids.has(object.metadata.uid ?? '') ? NO_FACTS : undefined,
    words: () => 'part of this deploy',
  }),
  rule({
    name: 'label',
    verbs: SEARCHING,
    keeps: 'what does not carry the label, although an API listed it',
    test: ({ object }, { requirements }) =>
      matchesSelector(requirements, object.metadata.labels) ? undefined : NO_FACTS,
    words: () => 'the server listed it although its labels do not match the selector',
  }),
  rule({
    name: 'terminating',
    verbs: ALL,
    keeps: 'what is being deleted already; its finalizers are shown',
    test: ({ object: { metadata } }) =>
      metadata.deletionTimestamp === undefined ? undefined : { finalizers: metadata.finalizers ?? [] },
    words: ({ finalizers }) =>
      finalizers.length === 0 ? 'already being deleted' : `already being deleted, waiting for ${finalizers.join(', ')}`,
  }),
  rule({
    name: 'createdDuringRun',
    verbs: SEARCHING,
    keeps: 'what somebody created or applied since this run began, by the clock of the server',
    test: ({ object }, { runStart, serverNow = Infinity }) => {
      // Times have whole seconds: what was made in the second in which the run began may be another run's.
      const second = Math.floor(runStart / 1000) * 1000;
      const created = Date.parse(object.metadata.creationTimestamp ?? '');
      const applied = lastApply(object);
      // Whether it is another run's nobody can tell: a long list may bring what was made while it was read, no more.
      if (Math.max(Number.isNaN(created) ? 0 : created, applied) > serverNow + LONG_LIST_MS) return { by: 'clock' };
      if (created >= second) return { by: 'creation' };
      return applied >= second ? { by: 'apply' } : undefined;
    },
    words: ({ by }) => DURING_RUN[by],
  }),
  rule({
    name: 'controlled',
    verbs: ALL,
    keeps: 'what a controller owns or makes anew: Pods, ReplicaSets, Endpoints, the children of operators',
    test: ({ id, object }) => {
      const controller = controllerOf(object);
      if (controller !== undefined) return { owner: `${controller.kind}/${controller.name}`, follows: false };
      // The Endpoints controller copies a Service's labels without owning what it makes: it goes with the Service.
      const isFollower = id.group === '' && id.kind === 'Endpoints' && setOf(object) === undefined;
      return isFollower ? { owner: `Service/${id.name}`, follows: true } : undefined;
    },
    words: ({ owner, follows }) => `${follows ? 'follows' : 'owned by'} ${owner}`,
  }),
  rule({
    name: 'container',
    verbs: ['delete'],
    keeps:
      'a Namespace, CustomResourceDefinition, PersistentVolume or PersistentVolumeClaim that --prune-kind does not name',
    test: ({ id }, { pruneKinds }) => {
      const kind = `${id.group}/${id.kind}`;
      const isNamed = pruneKinds.some((named) => named === id.kind || named === kind || `/${named}` === kind);
      return isContainer(id) && !isNamed ? { kind: id.kind } : undefined;
    },
    words: ({ kind }) => `others may live in it, or it holds data (--prune-kind ${kind} includes it)`,
  }),
  rule({
    name: 'keepMark',
    verbs: ALL,
    keeps: 'what is marked to be kept, with the annotation of kapply or of another tool',
    test: ({ object }) => {
      const mark = keepMarkOf(object);
      return mark === undefined ? undefined : { mark };
    },
    words: ({ mark }) => `marked ${mark}`,
  }),
  rule({
    name: 'copy',
    verbs: ALL,
    keeps: 'a copy of another object, which is in no set (--adopt includes it)',
    test: ({ object }, { adopt }) => {
      const original = adopt ? undefined : copyOf(object);
      return original === undefined ? undefined : { original };
    },
    words: ({ original }) =>
      `a copy of ${original.split('/').filter(Boolean).join('/')}, in no set (--adopt includes it)`,
  }),
  rule({
    name: 'otherSet',
    verbs: ['deploy', 'delete'],
    keeps: 'what belongs to another set',
    test: ({ object }, { sets }) => {
      const owners = ownersOf(object);
      return owners.length === 0 || owners.some((owner) => sets.includes(owner)) ? undefined : { sets: owners };
    },
    words: ({ sets }) => `belongs to set ${sets.join(' and ')}`,
  }),
  rule({
    name: 'coOwned',
    verbs: ['deploy', 'delete'],
    keeps: 'a generated config that another set uses as well: this one gives its share up',
    test: ({ object }, { sets }) => {
      const others = ownersOf(object).filter((owner) => !sets.includes(owner));
      return others.length === 0 ? undefined : { sets: others };
    },
    words: ({ sets }) => `set ${sets.join(' and ')} uses it as well`,
  }),
  rule({
    name: 'otherTool',
    verbs: ALL,
    keeps: 'what another tool tracks',
    test: ({ object }, options) => {
      const isOurs = options.adopt || ownersOf(object).length > 0 || isKapplys(object, options);
      const tracker = trackerOf(object, isOurs);
      return tracker === undefined ? undefined : { tracker };
    },
    words: ({ tracker }) => `tracked by ${tracker}`,
  }),
  rule({
    name: 'unnamed',
    verbs: ['deploy'],
    keeps: 'what is no generated config, where the deploy has no set name: it owns nothing',
    test: ({ id }, { sets }) => (sets.length > 0 || isRevision(id) ? undefined : NO_FACTS),
    words: () => 'not deleted: this deploy has no set name (metadata.name in kustomization.yaml, or --set)',
  }),
  rule({
    name: 'notApplied',
    verbs: ALL,
    keeps: 'what neither kapply nor kubectl applied (--adopt includes it)',
    test: ({ object }, options) => {
      if (options.adopt || isKapplys(object, options)) return undefined;
      if (options.verb === 'delete')
        return ownersOf(object).length > 0 || isTraceless(object) ? undefined : { by: 'kapply' };
      const byKubectl = isAppliedBy(object, ['kubectl']) || hasLastApplied(object);
      return byKubectl ? undefined : { by: 'kapply or kubectl' };
    },
    words: ({ by }) => `not applied by ${by} (--adopt includes it)`,
  }),
  rule({
    name: 'noSet',
    verbs: ALL,
    keeps: 'what is in no set, and no generated config (--adopt includes it)',
    test: ({ id, object }, { verb, adopt, sets }) => {
      if (adopt || ownersOf(object).length > 0) return undefined;
      // What a delete renders is named one by one: without a name of its own it takes what has none either.
      if (verb === 'delete') return sets.length === 0 ? undefined : NO_FACTS;
      return isRevision(id) ? undefined : NO_FACTS;
    },
    words: () => 'in no set of kapply, and not generated (--adopt includes it)',
  }),
  rule({
    name: 'protectedType',
    verbs: SEARCHING,
    keeps: 'a Secret of Kubernetes or of Helm itself: service account tokens, bootstrap tokens, releases',
    test: ({ protectedType }) => (protectedType ? NO_FACTS : undefined),
    words: () => 'a Secret of Kubernetes or Helm itself',
  }),
  rule({
    name: 'inUse',
    verbs: ALL,
    keeps: 'what something uses that runs, or can still start',
    byItself: false,
    test: ({ id }, { uses }) => {
      const active = (uses.get(useKey(id)) ?? []).filter((use) => use.active);
      const [first] = active;
      if (first === undefined) return undefined;
      const roots = [...new Set(active.map(({ root }) => useKey(root)))];
      const word = first.isWord === true ? first.through[0] : undefined;
      return { user: first.words, ...(word !== undefined && { word }), more: roots.length - 1, roots };
    },
    words: ({ user, word, more }) =>
      `in use by ${user}${word === undefined ? '' : ` (${word})`}${more > 0 ? ` and ${more} more` : ''}`,
  }),
  rule({
    name: 'unknown',
    verbs: ALL,
    keeps: 'what may be in use, where not everything that could use it can be read',
    byItself: false,
    test: ({ id }, { gaps }) => {
      const missing = unknownUses({ gaps }, id);
      return missing === undefined ? undefined : { missing };
    },
    words: ({ missing }) => `whether it is in use is unknown: ${missing}`,
  }),
  rule({
    name: 'holdsOthers',
    verbs: ALL,
    keeps:
      'a Namespace with anything in it that is not of this set, that this deploy applies, or that another rule keeps; a CustomResourceDefinition with such custom resources; either where not all that is in it can be listed',
    byItself: false,
    test: ({ id }, { insides }) => {
      const inside = insides.get(keyOf(id));
      if (inside === undefined) return undefined;
      const [first, second, third, ...rest] = [...inside.others, ...inside.unlisted];
      if (first === undefined) return undefined;
      return { others: [first, second, third].filter((other) => other !== undefined), more: rest.length };
    },
    words: ({ others, more }) =>
      `would take with it what is to stay: ${others.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
  }),
  rule({
    name: 'newestOfFamily',
    verbs: SEARCHING,
    keeps:
      'the newest revision of a family, which something may find by its label, unless this set or this deploy made it and has moved on (kapply prune --include-newest takes it)',
    byItself: false,
    test: ({ id, object }, options, { order }) => {
      if (!isRevision(id) || options.includeNewest || isOwnFamily(id, options)) return undefined;
      // Rendered once by this set, and its family is not any more.
      if (ownersOf(object).some((owner) => options.sets.includes(owner))) return undefined;
      return order.isSuperseded(object) ? undefined : NO_FACTS;
    },
    words: () => 'the newest of its family: nothing replaced it (kapply prune --include-newest takes it)',
  }),
  rule({
    name: 'keptRevision',
    verbs: SEARCHING,
    keeps:
      'the newest N earlier revisions of each family with --keep N; with --keep-rollback what a rollout undo needs',
    byItself: false,
    test: ({ id }, { keep, keepRollback, uses }, { newest }) => {
      if (newest.has(keyOf(id))) return { keep };
      const rollback = keepRollback ? rollbacksOf(uses.get(useKey(id)) ?? [])[0] : undefined;
      return rollback === undefined ? undefined : { keep, rollback };
    },
    words: ({ keep, rollback }) =>
      rollback === undefined
        ? `among the newest ${keep} earlier revisions (--keep ${keep})`
        : `rollout undo of ${formatId(rollback.root)} to revision ${rollback.revision} needs it (--keep-rollback)`,
  }),
  rule({
    name: 'tooYoung',
    verbs: SEARCHING,
    keeps:
      'what was created, used again or applied less than an hour ago (kapply prune --older-than); in a deploy, less than 10 minutes ago, where it is in no set, or the deploy has no name or no lock, and its family is not rendered',
    byItself: false,
    test: ({ id, object }, options) => {
      const minimumMs = minimumAgeOf(id, object, options);
      const age = options.runStart - lastTouched(object);
      return minimumMs === 0 || age >= minimumMs ? undefined : { minimumMs };
    },
    words: ({ minimumMs }) => `younger than ${Math.round(minimumMs / 60_000)} minutes`,
  }),
];

function minimumAgeOf(id: ObjectId, object: KubeObject, options: JudgeOptions): number {
  if (options.verb !== 'deploy') return options.minimumAgeMs;
  if (isOwnFamily(id, options)) return 0;
  const isStranger = options.sets.length === 0 || ownersOf(object).length === 0;
  return isConfigKind(id.group, id.kind) && isStranger
    ? Math.max(options.minimumAgeMs, STRANGERS_AGE_MS)
    : options.minimumAgeMs;
}

/** True for an earlier revision of what this deploy renders. */
function isOwnFamily(id: ObjectId, { applied }: JudgeOptions): boolean {
  return applied.families.has(familyKey(id) ?? '');
}

/** True where this tool applied it, in this set or in any. */
function isKapplys(object: KubeObject, { fieldManager }: JudgeOptions): boolean {
  return isAppliedBy(object, [fieldManager, 'kapply']) || isStampedAsItself(object);
}

/**
 * True where nobody has left a trace: of an object that says nothing but its name the server keeps no entry for whoever
 * applied it (structured-merge-diff, an empty set of fields). A delete that renders it means it.
 */
function isTraceless({ metadata }: KubeObject): boolean {
  const { managedFields = [], annotations = {}, labels = {}, ownerReferences = [] } = metadata;
  // Every Namespace gets the label with its name.
  const set = [...Object.keys(annotations), ...Object.keys(labels)].filter(
    (key) => key !== 'kubernetes.io/metadata.name',
  );
  return managedFields.length === 0 && set.length === 0 && ownerReferences.length === 0;
}

/** What can be gone back to with the revision, each once. */
export function rollbacksOf(uses: readonly Use[]): { readonly root: ObjectId; readonly revision: string }[] {
  const found = uses.flatMap(({ active, root, revision }) =>
    active || revision === undefined ? [] : [[`${keyOf(root)} ${revision}`, { root, revision }] as const],
  );
  return [...new Map(found).values()];
}

/** The first rule that keeps a candidate; `byItself`: only those that need nothing but the candidate. */
export function ruleThatKeeps(
  candidate: Candidate,
  options: JudgeOptions,
  neighbours: Neighbours | undefined,
): Kept | undefined {
  const asked = { ...candidate, id: idOf(candidate.object) };
  for (const { verbs, byItself, judge } of RULES) {
    if (!verbs.includes(options.verb) || (neighbours === undefined && !byItself)) continue;
    const kept = judge(asked, options, neighbours ?? NOBODY);
    if (kept !== undefined) return kept;
  }
  return undefined;
}

const NOBODY: Neighbours = { order: { isSuperseded: () => true }, newest: new Set() };

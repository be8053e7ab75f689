import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parse } from 'yaml';
import type { Candidate } from '../../../src/engine/prune/candidate.js';
import { judgeCandidates } from '../../../src/engine/prune/judge.js';
import type { JudgeOptions } from '../../../src/engine/prune/judgeOptions.js';
import { familyKey } from '../../../src/engine/configs/revisions.js';
import { useKey, type Use } from '../../../src/engine/uses/uses.js';
import { SET_ANNOTATION } from '../../../src/objects/annotations.js';
import { idOf, keyOf, type KubeObject } from '../../../src/objects/object.js';
import { parseSelector } from '../../../src/objects/selector.js';
import { resource } from '../fakeCluster.js';

interface GivenUse {
  readonly words: string;
  readonly active: boolean;
  readonly revision?: string;
  /** The name of the Deployment at the top: web. */
  readonly root?: string;
  /** Where a word stands that equals the name. */
  readonly word?: string;
}

interface Case {
  readonly name: string;
  readonly kind?: string;
  readonly metadata?: Record<string, unknown>;
  readonly annotations?: Record<string, string | null>;
  readonly labels?: Record<string, string | null>;
  readonly managers?: readonly string[];
  /** When each manager applied it last. */
  readonly times?: Record<string, string>;
  readonly protectedType?: boolean;
  readonly applied?: boolean;
  readonly appliedUid?: boolean;
  readonly uses?: readonly GivenUse[];
  /** This deploy renders another revision of its family. */
  readonly rendered?: boolean;
  /** `verb: prune` is an operator's, without a set. */
  readonly options?: Partial<JudgeOptions>;
  readonly verdict: string;
  readonly ours?: boolean;
  readonly reason: string;
  readonly consequences?: readonly string[];
}

const WEB = { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' };
const RUN_START = Date.parse('2026-01-01T12:00:00.400Z');

function withoutNulls(entries: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(Object.entries(entries).flatMap(([key, value]) => (value === null ? [] : [[key, value]])));
}

function candidateOf(given: Partial<Case>): Candidate {
  const [apiVersion = '', kind = ''] = (given.kind ?? 'v1 ConfigMap').split(' ');
  const object = {
    apiVersion,
    kind,
    metadata: {
      name: 'cfg-2222222222',
      namespace: 'shop',
      uid: 'uid-1',
      resourceVersion: '7',
      creationTimestamp: '2026-01-01T10:00:00Z',
      labels: withoutNulls({ app: 'shop', ...given.labels }),
      annotations: withoutNulls({ [SET_ANNOTATION]: 'shop', ...given.annotations }),
      managedFields: (given.managers ?? ['kapply']).map((manager) => ({
        manager,
        operation: 'Apply',
        time: given.times?.[manager] ?? '2026-01-01T10:00:00Z',
      })),
      ...given.metadata,
    },
  } as KubeObject;
  return {
    object,
    resource: resource(apiVersion, kind, `${kind.toLowerCase()}s`),
    protectedType: given.protectedType ?? false,
  };
}

const BASE: JudgeOptions = {
  requirements: parseSelector('app=shop'),
  verb: 'deploy',
  sets: ['shop'],
  applied: { keys: new Set(), uids: new Set(), families: new Set() },
  includeNewest: false,
  pruneKinds: [],
  runStart: RUN_START,
  serverNow: RUN_START,
  fieldManager: 'kapply',
  adopt: false,
  keep: 0,
  keepRollback: false,
  minimumAgeMs: 0,
  insides: new Map(),
  uses: new Map(),
  gaps: [],
};

function useOf({ words, active, revision, root: rootName = 'web', word }: GivenUse): Use {
  const user = { group: '', kind: 'Pod', namespace: 'shop', name: words };
  const root = { group: 'apps', kind: 'Deployment', namespace: 'shop', name: rootName };
  const where = word === undefined ? { through: [] } : { through: [word], isWord: true as const };
  return { user, root, words, revision, active, ...where };
}

const cases = parse(
  readFileSync(new URL('../../fixtures/engine/judge.yaml', import.meta.url), 'utf8'),
) as readonly Case[];

describe('judgeCandidates', () => {
  for (const given of cases) {
    it(given.name, () => {
      const candidate = candidateOf(given);
      const id = idOf(candidate.object);
      const [judgement] = judgeCandidates([candidate], {
        ...BASE,
        applied: {
          keys: new Set(given.applied === true ? [keyOf(id)] : []),
          uids: new Set(given.appliedUid === true ? ['uid-1'] : []),
          families: new Set(given.rendered === true ? [familyKey(id) ?? ''] : []),
        },
        uses: new Map([[useKey(id), (given.uses ?? []).map(useOf)]]),
        ...(given.options?.verb === 'prune' && { sets: [] }),
        ...given.options,
      });
      assert.ok(judgement);
      const { version, uid, resourceVersion, created, facts: _, ...rest } = { facts: undefined, ...judgement };
      assert.equal(created, candidate.object.metadata.creationTimestamp);
      assert.deepEqual({ version, uid, resourceVersion }, { version: 'v1', uid: 'uid-1', resourceVersion: '7' });
      assert.deepEqual(
        rest,
        given.verdict === 'delete'
          ? {
              id,
              verdict: 'delete',
              ours: given.ours,
              reason: given.reason,
              consequences: (given.consequences ?? []).map((revision) => ({ root: WEB, revision })),
            }
          : { id, verdict: 'keep', why: given.verdict, reason: given.reason },
      );
    });
  }

  describe('--keep', () => {
    const revision = (name: string, created: string, more: Partial<Case> = {}): Candidate => {
      const base = candidateOf({
        ...more,
        metadata: { name, creationTimestamp: created, uid: `uid-${name}`, ...more.metadata },
      });
      return base;
    };
    const outcomes = (candidates: readonly Candidate[], options: Partial<JudgeOptions>): Record<string, string> =>
      Object.fromEntries(
        judgeCandidates(candidates, { ...BASE, ...options }).map((judgement) => [
          judgement.id.name,
          judgement.verdict === 'delete' ? 'delete' : judgement.why,
        ]),
      );
    const [a, b, c] = ['cfg-2222222222', 'cfg-4444444444', 'cfg-5555555555'] as const;

    it('keeps the newest N, by creation, of each family', () => {
      const other = 'other-2222222222';
      const candidates = [
        revision(b, '2026-01-01T11:00:00Z'),
        revision(c, '2026-01-01T09:00:00Z'),
        revision(a, '2026-01-01T10:00:00Z'),
        revision(other, '2026-01-01T08:00:00Z'),
      ];
      assert.deepEqual(outcomes(candidates, { keep: 2 }), {
        [a]: 'keptRevision',
        [b]: 'keptRevision',
        [c]: 'delete',
        [other]: 'keptRevision',
      });
    });

    it('counts a ConfigMap and a Secret of one name as two families', () => {
      const candidates = [
        revision(a, '2026-01-01T11:00:00Z'),
        revision(b, '2026-01-01T10:00:00Z', { kind: 'v1 Secret' }),
      ];
      assert.deepEqual(outcomes(candidates, { keep: 1 }), { [a]: 'keptRevision', [b]: 'keptRevision' });
    });

    it('does not count what this deploy applies: it is no earlier revision', () => {
      const candidates = [revision(a, '2026-01-01T11:00:00Z'), revision(b, '2026-01-01T10:00:00Z')];
      const applied = {
        keys: new Set([keyOf(idOf(candidates[0]!.object))]),
        uids: new Set<string>(),
        families: new Set<string>(),
      };
      assert.deepEqual(outcomes(candidates, { keep: 1, applied }), { [a]: 'applied', [b]: 'keptRevision' });
    });

    it('does not count what is going, another set’s or a controller’s', () => {
      const candidates = [
        revision(a, '2026-01-01T11:00:00Z', { metadata: { deletionTimestamp: '2026-01-01T11:30:00Z' } }),
        revision(b, '2026-01-01T10:00:00Z', { annotations: { [SET_ANNOTATION]: 'billing' } }),
        revision(c, '2026-01-01T09:00:00Z'),
      ];
      assert.deepEqual(outcomes(candidates, { keep: 1 }), { [a]: 'terminating', [b]: 'otherSet', [c]: 'keptRevision' });
    });

    it('of two created in one second keeps the same one every time', () => {
      const both = [revision(a, '2026-01-01T10:00:00Z'), revision(b, '2026-01-01T10:00:00Z')];
      assert.deepEqual(outcomes(both, { keep: 1 }), outcomes([...both].reverse(), { keep: 1 }));
    });
  });

  // docs/pruning.md: whatever prune deletes is referenced by nothing, labelled, ours, not marked, not among the kept; whatever it
  // keeps has a true reason.
  const HASHES = ['2222222222', '4444444444', '5555555555', '6666666666'];
  const candidates = fc.uniqueArray(
    fc.record({
      kind: fc.constantFrom('v1 ConfigMap', 'v1 Secret', 'v1 Service', 'apps/v1 Deployment'),
      name: fc.constantFrom(...HASHES.map((hash) => `cfg-${hash}`), ...HASHES.map((hash) => `db-${hash}`), 'plain'),
      label: fc.constantFrom('shop', 'other', undefined),
      set: fc.constantFrom('shop', 'shop', 'billing', undefined),
      mark: fc.constantFrom(undefined, undefined, 'disabled'),
      manager: fc.constantFrom('kapply', 'kubectl', 'operator'),
      owner: fc.constantFrom(undefined, undefined, true, false),
      tracked: fc.constantFrom(false, false, true),
      going: fc.constantFrom(false, false, true),
      protectedType: fc.constantFrom(false, false, true),
      hour: fc.integer({ min: 8, max: 13 }),
      use: fc.constantFrom(undefined, 'active', 'inactive'),
      applied: fc.constantFrom(false, false, true),
    }),
    { selector: ({ kind, name }) => `${kind}/${name}`, maxLength: 12 },
  );
  const settings = fc.record({
    keep: fc.integer({ min: 0, max: 2 }),
    keepRollback: fc.boolean(),
    minimumAgeHours: fc.constantFrom(0, 0, 1, 3),
    /** An operator's prune is no set's. */
    operator: fc.constantFrom(false, false, true),
    adopt: fc.boolean(),
    incomplete: fc.constantFrom([], [], ['Pod could not be listed']),
  });

  it('deletes only what may go, and keeps for a true reason', () => {
    fc.assert(
      fc.property(
        candidates,
        settings,
        (given, { keep, keepRollback, minimumAgeHours, operator, adopt, incomplete }) => {
          const made = given.map((one, index) => ({
            one,
            candidate: candidateOf({
              kind: one.kind,
              protectedType: one.protectedType,
              managers: [one.manager],
              labels: { app: one.label ?? null, ...(one.tracked && { 'kapp.k14s.io/app': 'x' }) },
              annotations: { [SET_ANNOTATION]: one.set ?? null, ...(one.mark && { 'kapply.dev/prune': one.mark }) },
              metadata: {
                name: one.name,
                uid: `uid-${index}`,
                creationTimestamp: `2026-01-01T${String(one.hour).padStart(2, '0')}:00:00Z`,
                ...(one.going && { deletionTimestamp: '2026-01-01T11:59:00Z' }),
                ...(one.owner !== undefined && {
                  ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: 's', uid: 's', controller: one.owner }],
                }),
              },
            }),
          }));
          const uses = new Map(
            made.flatMap(({ one, candidate }) =>
              one.use === undefined
                ? []
                : [
                    [
                      useKey(idOf(candidate.object)),
                      [useOf({ words: 'Pod/a', active: one.use === 'active', revision: '3' })],
                    ] as const,
                  ],
            ),
          );
          const judgements = judgeCandidates(
            made.map(({ candidate }) => candidate),
            {
              ...BASE,
              verb: operator ? 'prune' : 'deploy',
              sets: operator ? [] : BASE.sets,
              keep,
              keepRollback,
              minimumAgeMs: minimumAgeHours * 3_600_000,
              adopt,
              insides: new Map(),
              gaps: incomplete.map((words) => ({ group: '', kind: 'Pod', namespace: 'shop', words })),
              uses,
              applied: {
                keys: new Set(
                  made.flatMap(({ one, candidate }) => (one.applied ? [keyOf(idOf(candidate.object))] : [])),
                ),
                uids: new Set(),
                families: new Set(),
              },
            },
          );
          assert.equal(judgements.length, made.length);
          const isRevision = (at: number): boolean =>
            /^v1 (ConfigMap|Secret)$/.test(given[at]!.kind) && given[at]!.name !== 'plain';
          // A pod's subdomain names a Service.
          const isNamedByPods = (at: number): boolean => /^v1 (ConfigMap|Secret|Service)$/.test(given[at]!.kind);
          const duringRun = (at: number): boolean => given[at]!.hour >= 12;
          const familyName = (name: string): string => name.split('-')[0]!;
          // Each was applied at ten.
          const touched = (at: number): number => Math.max(given[at]!.hour, 10);
          const siblings = (at: number): number[] =>
            given.flatMap((other, index) =>
              index !== at &&
              other.kind === given[at]!.kind &&
              familyName(other.name) === familyName(given[at]!.name) &&
              isRevision(index) &&
              other.set === given[at]!.set &&
              !other.going
                ? [index]
                : [],
            );
          judgements.forEach((judgement, at) => {
            const one = given[at]!;
            if (judgement.verdict === 'delete') {
              assert.notEqual(one.use, 'active');
              assert.equal(one.label, 'shop');
              assert.equal(one.applied, false);
              assert.equal(one.mark, undefined);
              assert.ok(operator || one.set !== 'billing');
              assert.ok(!keepRollback || one.use !== 'inactive');
              assert.ok(12 - one.hour >= minimumAgeHours);
              assert.notEqual(one.owner, true);
              assert.equal(one.tracked, false);
              assert.equal(one.going, false);
              assert.equal(one.protectedType, false);
              assert.ok(!duringRun(at));
              assert.ok(adopt || one.manager !== 'operator');
              assert.ok(adopt || one.set !== undefined || isRevision(at));
              assert.ok(incomplete.length === 0 || !isNamedByPods(at));
              const isOwn = !operator && one.set === 'shop';
              assert.ok(isOwn || !isRevision(at) || siblings(at).some((other) => touched(other) >= touched(at)));
              assert.equal(judgement.ours, !operator && one.set === 'shop' && one.manager === 'kapply');
              // Among the earlier revisions that are ours, at least `keep` newer ones stay.
              const family = (name: string): string => name.split('-')[0]!;
              const newerKept = judgements.filter(
                (other, index) =>
                  other.verdict === 'keep' &&
                  given[index]!.kind === one.kind &&
                  family(given[index]!.name) === family(one.name) &&
                  given[index]!.hour >= one.hour,
              );
              if (isRevision(at)) assert.ok(newerKept.length >= keep, 'as many newer revisions stay as --keep says');
              return;
            }
            const truth: Record<string, boolean> = {
              applied: one.applied,
              label: one.label !== 'shop',
              terminating: one.going,
              createdDuringRun: duringRun(at),
              controlled: one.owner === true,
              keepMark: one.mark !== undefined,
              otherSet: !operator && one.set === 'billing',
              otherTool: one.tracked,
              notApplied: !adopt && one.manager === 'operator',
              noSet: !adopt && one.set === undefined && !isRevision(at),
              newestOfFamily:
                isRevision(at) &&
                (operator || one.set !== 'shop') &&
                siblings(at).every((other) => touched(other) <= touched(at)),
              protectedType: one.protectedType,
              inUse: one.use === 'active',
              unknown: incomplete.length > 0 && isNamedByPods(at),
              keptRevision: (keep > 0 && isRevision(at)) || (keepRollback && one.use === 'inactive'),
              tooYoung: 12 - touched(at) < minimumAgeHours,
            };
            assert.equal(truth[judgement.why], true, judgement.why);
            assert.notEqual(judgement.reason, '');
          });
        },
      ),
      { numRuns: 400 },
    );
  });
});

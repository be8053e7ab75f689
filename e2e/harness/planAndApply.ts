/** One object through the plan and the apply, in this process: what the server stores against what was planned. */
import assert from 'node:assert/strict';
import { applyStage } from '../../src/engine/apply/applyStage.js';
import { makePlan } from '../../src/engine/plan/makePlan.js';
import type { Change } from '../../src/engine/plan/member.js';
import { changesOf } from '../../src/engine/plan/plan.js';
import { PLAN_DEFAULTS } from '../../src/engine/run/defaults.js';
import type { PlanOptions } from '../../src/engine/run/options.js';
import type { KubeObject } from '../../src/objects/object.js';
import type { Scenario } from './scenario.js';

const OPTIONS: PlanOptions = { ...PLAN_DEFAULTS, set: 'planned' };

/** Without what moves by itself. */
export function essence({
  metadata: { labels = {}, annotations = {} },
  ...object
}: KubeObject): Record<string, unknown> {
  const { status: _, ...rest } = object as KubeObject;
  const {
    'deployment.kubernetes.io/revision': __,
    'deprecated.daemonset.template.generation': ___,
    ...others
  } = annotations;
  return { ...rest, labels, annotations: others };
}

interface PlannedAndApplied {
  readonly planned: Change;
  readonly stored: KubeObject;
}

/** @throws PlanRefusedError for what cannot be planned */
export async function planAndApply(
  scenario: Scenario,
  desired: KubeObject,
  options: Partial<PlanOptions> = {},
): Promise<PlannedAndApplied> {
  const [result] = await planAndApplyAll(scenario, [desired], options);
  return result!;
}

/** All in one plan, in the order of their stages. @throws PlanRefusedError for what cannot be planned */
export async function planAndApplyAll(
  { cluster, namespace }: Scenario,
  desired: readonly KubeObject[],
  options: Partial<PlanOptions> = {},
): Promise<readonly PlannedAndApplied[]> {
  const { signal } = new AbortController();
  const rendered = desired.map((object) => ({ object, origin: { file: 'web.yaml' }, generated: false }));
  const given = { ...OPTIONS, namespace, ...options };
  const { plan } = await makePlan(rendered, given, { cluster, signal, now: Date.now });
  const changes = changesOf(plan);
  const results = await applyStage(changes, {
    cluster,
    signal,
    emit: (event) => assert.ok(event.type !== 'applied' || event.failure === undefined, JSON.stringify(event)),
    now: Date.now,
    fieldManager: given.fieldManager,
    forceConflicts: given.forceConflicts,
    takeOverManagers: given.takeOverManagers,
    timeoutMs: 60_000,
    discovery: await cluster.discover({ signal }),
  });
  return changes.map((planned, index) => ({ planned, stored: results[index]!.object! }));
}

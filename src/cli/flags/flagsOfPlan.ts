/** The flags of a deploy that are part of its plan: with a plan file they say the same as the file, or are left out. */
import type { PlanFile, PlannedOptions } from '../../engine/planFile/planFile.js';
import { DEPLOY_DEFAULTS } from '../../engine/run/defaults.js';
import { inputError } from '../../errors.js';
import type { Json } from '../../objects/object.js';
import { jsonEqual } from '../../patch/jsonEqual.js';

/** Which option each flag sets. */
const OPTION_OF: Readonly<Record<string, keyof PlannedOptions>> = {
  adopt: 'adopt',
  'allow-missing': 'allowMissing',
  'field-manager': 'fieldManager',
  'force-conflicts': 'forceConflicts',
  'ignore-unlisted': 'ignoreUnlisted',
  keep: 'keep',
  'keep-rollback': 'keepRollback',
  namespace: 'namespace',
  own: 'own',
  'prune-kind': 'pruneKinds',
  'prune-label': 'pruneLabel',
  'prune-limit': 'pruneLimit',
  'prune-namespace': 'pruneNamespaces',
  'renamed-from': 'formerSet',
  'restart-on-change': 'restartOnChange',
  set: 'set',
  'take-over': 'takeOver',
  'take-over-manager': 'takeOverManagers',
  validate: 'validate',
};

/**
 * @param given the flags that somebody gave
 * @param options what they say
 * @throws KapplyError `PlanContradicted` (exit 2)
 */
export function refuseContradictions(
  given: ReadonlySet<string>,
  options: PlannedOptions,
  { options: planned, target }: Pick<PlanFile, 'options' | 'target'>,
  origins: ReadonlyMap<string, string>,
): void {
  for (const [flag, option] of Object.entries(OPTION_OF)) {
    if (!given.has(flag)) continue;
    // A namespace that the plan took from the context may be named.
    const said = flag === 'namespace' ? (planned.namespace ?? target.namespace) : planned[option];
    if (jsonEqual(options[option], said)) continue;
    const place = origins.get(flag);
    throw inputError(
      'PlanContradicted',
      `--${flag}${place === undefined ? '' : ` (from ${place})`} says ${words(options[option])}, and the plan was made with ${words(said)}`,
      { suggestions: ['Leave it out: the plan has it.', 'Or make a new plan with it, and have that approved.'] },
    );
  }
}

function words(value: unknown): string {
  return value === undefined ? 'none' : JSON.stringify(value);
}

/** The flags by which the plan was made, where they are not what a deploy does anyway. */
export function flagsOfPlan({ options }: Pick<PlanFile, 'options'>): string[] {
  return Object.entries(OPTION_OF).flatMap(([flag, option]) =>
    jsonEqual((options[option] ?? null) as Json, (DEPLOY_DEFAULTS[option] ?? null) as Json) ? [] : [flag],
  );
}

/** `deploy --plan`: from the flags and the file to the run. */
import type { DeployOptions } from '../../engine/run/options.js';
import { inputError, type ExitCode } from '../../errors.js';
import { PHASES } from '../../ui/run/phaseLine.js';
import type { ClusterFlags } from '../flags/clusterFlags.js';
import type { CommandIo } from '../io.js';
import { loadObjects, type SourceFlags } from '../loadObjects.js';
import { flagsOfPlan, refuseContradictions } from '../flags/flagsOfPlan.js';
import { loadPlanFile } from './planFileText.js';
import { recordOptions } from '../recordOptions.js';
import { runVerb, type ReportFlags } from '../runVerb.js';

export interface DeployPlanFlags extends SourceFlags, ClusterFlags, ReportFlags {
  readonly plan: string;
}

export interface DeployPlanFileOptions {
  readonly io: CommandIo;
  readonly version: string;
  /** What the flags say. */
  readonly options: Omit<DeployOptions, 'set' | 'readinessRules' | 'record'>;
  /** How many records of deploys are kept. */
  readonly keep: number;
  /** The flags that somebody gave. */
  readonly given: ReadonlySet<string>;
}

/** @returns the exit code of the report */
export async function deployPlanFile(
  flags: DeployPlanFlags,
  { io, version, options, keep, given }: DeployPlanFileOptions,
): Promise<ExitCode> {
  if (options.dryRun === 'client') {
    throw inputError('UsageError', '--dry-run=client asks the server nothing, and a plan is held against its answers', {
      suggestions: ['--dry-run=server says whether the plan still holds, and changes nothing.'],
    });
  }
  if (flags.plan === '-' && flags.filename?.includes('-') === true) {
    throw inputError('UsageError', '--plan - and -f - both read stdin: name a file for one of them');
  }
  const file = await loadPlanFile(flags.plan, io);
  refuseContradictions(given, { ...options, set: flags.set }, file, io.origins);
  for (const flag of flagsOfPlan(file)) if (!given.has(flag)) io.origins.set(flag, `${flags.plan} (${file.digest})`);
  const hasSource = flags.kustomize !== undefined || (flags.filename ?? []).length > 0;
  const from = hasSource ? 0 : 1;
  // What names no namespace goes where it would have gone when the plan was made.
  const placed = { ...flags, namespace: file.target.namespace };
  return runVerb(placed, {
    io,
    version,
    phases: options.dryRun === undefined ? PHASES.slice(from) : PHASES.slice(from, 2),
    verb: 'deploy',
    load: async (reading) => {
      const again = hasSource ? (await loadObjects(flags, io, reading)).objects : undefined;
      const { objectsOf } = await import('../../engine/planFile/deployPlan.js');
      return objectsOf(file, again, io.masks);
    },
    run: async (objects, context) => {
      const { deployPlan } = await import('../../engine/planFile/deployPlan.js');
      const record = await recordOptions(flags, keep, io);
      return deployPlan(objects, { ...options, record, file, known: io.masks }, context);
    },
  });
}

/** `diff --plan`: what a plan file says, without a cluster. */
import { changesAnything } from '../../engine/plan/plan.js';
import type { PlanFile } from '../../engine/planFile/planFile.js';
import { shownPlan } from '../../engine/planFile/shownPlan.js';
import { EXIT, inputError, type ExitCode } from '../../errors.js';
import { foldsFor, type Annotate } from '../ciSystem.js';
import { manifestWriter } from '../documents/documentText.js';
import type { CommandIo } from '../io.js';
import { loadPlanFile } from './planFileText.js';
import { printPlan } from './printPlan.js';
import type { Reading } from '../reading.js';

interface ShowPlanFlags {
  readonly plan: string;
  readonly kustomize?: string | undefined;
  readonly filename?: readonly string[] | undefined;
  readonly output: 'text' | 'markdown';
  readonly stat: boolean;
  readonly annotate: Annotate;
}

/** Shows a plan as it was when it was made. @returns 1 where it would change something, else 0, as diff does */
export async function showPlanFile(flags: ShowPlanFlags, io: CommandIo, reading: Reading): Promise<ExitCode> {
  if (flags.kustomize !== undefined || (flags.filename ?? []).length > 0) {
    throw inputError('UsageError', '--plan shows what a plan holds: -k and -f make another one');
  }
  const { style, say, shown, announce, emit, signal } = reading;
  const file = await loadPlanFile(flags.plan, io);
  const { context, server } = file.target;
  announce({ context: context ?? undefined, server }, file.target);
  for (const message of file.warnings) emit({ type: 'warning', message });
  const { plan, replaced } = shownPlan(file);
  const how = { style, masks: io.masks, replaced, toYaml: await manifestWriter(), target: file.target };
  await printPlan(
    shown(plan),
    { ...how, about: aboutPlan(file) },
    { ...flags, io, say, signal, folds: foldsFor(flags.annotate, io) },
  );
  return changesAnything(plan) ? EXIT.differences : EXIT.done;
}

/** Which plan it is, and what approving it agrees to. */
export function aboutPlan({ createdAt, origin, digest, confirmations }: PlanFile): string[] {
  const commit = origin.commit === null ? '' : ` at commit ${origin.commit}`;
  return [
    ...confirmations.map((question) => `whoever approves this agrees: ${question}`),
    `plan of ${createdAt} from ${origin.source}${commit}, ${digest}`,
  ];
}

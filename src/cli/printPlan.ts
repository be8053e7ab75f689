/** The ways in which `diff` prints a plan. */
import type { Plan } from '../engine/plan/plan.js';
import type { Target } from '../engine/run/events.js';
import type { PlanDiffOptions } from '../ui/planBlocks.js';
import type { CommandIo } from './io.js';

export interface PrintPlan {
  readonly io: CommandIo;
  readonly output: 'text' | 'markdown';
  readonly stat: boolean;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Markdown, one line for each object, what a program of the user's own says, or diffs. */
export async function printPlan(
  plan: Plan,
  { target, ...options }: PlanDiffOptions & { readonly target: Target },
  { io, output, stat, say, signal }: PrintPlan,
): Promise<void> {
  if (output === 'markdown') {
    const { planMarkdown } = await import('../ui/planMarkdown.js');
    say(planMarkdown(plan, { ...options, target }));
    return;
  }
  const program = io.env.KUBECTL_EXTERNAL_DIFF ?? '';
  if (!stat && program !== '') {
    const { externalDiff } = await import('./externalDiff.js');
    await externalDiff(plan, options, { program, io, say, signal });
    return;
  }
  if (stat) {
    const { planStat } = await import('../ui/planStat.js');
    say(planStat(plan, options));
    return;
  }
  const { planDiff } = await import('../ui/planDiff.js');
  say(planDiff(plan, options));
}

/** The ways in which `diff` prints a plan. */
import type { Plan } from '../../engine/plan/plan.js';
import type { Target } from '../../engine/run/events.js';
import type { Folds } from '../../ui/ci/ciFolds.js';
import type { PlanDiffOptions } from '../../ui/plan/planBlocks.js';
import type { CommandIo } from '../io.js';

export interface PrintPlan {
  readonly io: CommandIo;
  readonly output: 'text' | 'markdown';
  readonly stat: boolean;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
  /** What the diff of one object is folded up with; undefined where `say` does not write to a log that folds. */
  readonly folds?: Folds | undefined;
}

/** Markdown, one line for each object, what a program of the user's own says, or diffs. */
export async function printPlan(
  plan: Plan,
  { target, ...options }: PlanDiffOptions & { readonly target: Target },
  { io, output, stat, say, signal, folds }: PrintPlan,
): Promise<void> {
  if (output === 'markdown') {
    const { planMarkdown } = await import('../../ui/plan/planMarkdown.js');
    say(planMarkdown(plan, { ...options, target }));
    return;
  }
  const program = io.env.KUBECTL_EXTERNAL_DIFF ?? '';
  if (!stat && program !== '') {
    const { externalDiff } = await import('../externalDiff.js');
    await externalDiff(plan, options, { program, io, say, signal });
    return;
  }
  if (stat) {
    const { planStat } = await import('../../ui/plan/planStat.js');
    say(planStat(plan, options));
    return;
  }
  const { planDiffParts, diffText } = await import('../../ui/plan/planDiff.js');
  const parts = planDiffParts(plan, options);
  if (folds === undefined) {
    say(parts.map(diffText).join(''));
    return;
  }
  for (const part of parts) {
    if (part.title === undefined) say(part.text);
    else {
      io.stdout.write(folds.open(part.title, io.now()));
      say(part.text);
      io.stdout.write(folds.close(io.now()));
    }
  }
}

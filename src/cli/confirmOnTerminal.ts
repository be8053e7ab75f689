/** Asks a person to agree to a plan, as often as it takes them to have seen it. */
import type { Answer, Confirmation } from '../engine/run/options.js';
import { hideSecrets } from '../objects/masks.js';
import type { Target } from '../engine/run/events.js';
import { confirmationText } from '../ui/plan/confirmationText.js';
import { ask, askText, type Choice, type PromptOptions } from '../ui/prompt.js';
import type { Style } from '../ui/style.js';
import { manifestWriter } from './documents/documentText.js';
import type { CommandIo } from './io.js';

export interface ConfirmOptions extends PromptOptions {
  readonly io: CommandIo;
  /** Agreed to beforehand: only what has to be typed is asked for. */
  readonly yes: boolean;
  readonly style: Style;
  readonly say: (text: string) => void;
  readonly target: Target | undefined;
}

/** `impossible` where there is no terminal: then all that would have been asked is in the log. */
export async function confirmOnTerminal(confirmation: Confirmation, options: ConfirmOptions): Promise<Answer> {
  const { io, style, say, target } = options;
  const canAsk = io.stdin.isTTY === true && io.stdout.isTTY === true;
  const { plan, reasons, question } = hideSecrets(
    { plan: confirmation.plan, reasons: confirmation.reasons, question: confirmation.question },
    io.masks,
  );
  const shown = { style, now: io.now(), width: canAsk ? io.stdout.columns : undefined };
  say(confirmationText({ plan, reasons }, target, { ...shown, whole: !canAsk }));
  if (!canAsk) return 'impossible';
  const { typed } = confirmation;
  if (typed === undefined) return askChoices(confirmation, { plan, reasons, question }, options);
  const others = reasons.length > 1 && !options.yes;
  const answer = others ? await askChoices(confirmation, { plan, reasons, question }, options) : 'agreed';
  if (answer === 'declined' || answer === 'impossible') return answer;
  const name = await askText(`Type ${typed} to go on:`, options);
  return name === typed ? answer : 'declined';
}

/** A letter, as often as it takes to have seen the plan. */
async function askChoices(
  confirmation: Confirmation,
  { plan, reasons, question }: Pick<Confirmation, 'plan' | 'reasons' | 'question'>,
  options: ConfirmOptions,
): Promise<Answer> {
  const { io, style, say, target } = options;
  const changes = plan.stages.length > 0;
  const choices: Choice<'v' | 'd'>[] = [
    { key: 'v', does: changes ? 'view the diff first' : 'view every object first' },
    ...(changes && confirmation.deletions.length > 0
      ? [{ key: 'd', does: 'deploy, and delete nothing' } as const]
      : []),
  ];
  for (;;) {
    const answer = await ask(question, choices, options);
    if (answer === 'd') return 'withoutPrune';
    if (answer !== 'v') return answer === 'yes' ? 'agreed' : 'declined';
    say(
      changes
        ? await diffText({ ...confirmation, plan }, options)
        : confirmationText({ plan, reasons }, target, {
            ...{ style, now: io.now(), width: io.stdout.columns },
            whole: true,
          }),
    );
  }
}

async function diffText({ plan, readReplaced }: Confirmation, { io, style }: ConfirmOptions): Promise<string> {
  const { planDiff } = await import('../ui/plan/planDiff.js');
  const how = { style, masks: io.masks, replaced: await readReplaced(), toYaml: await manifestWriter() };
  return `\n${planDiff(plan, how)}\n`;
}

import type { Target } from '../../engine/run/events.js';
import type { Confirmation } from '../../engine/run/options.js';
import { planLines } from '../run/changeLines.js';
import { wrapTo } from '../columns.js';
import { prunePlanLines } from './prunePlanLines.js';
import { emptyRunView } from '../run/runView.js';
import { foldEvent } from '../run/foldEvent.js';
import { isAcrossNamespaces } from '../run/askedOfView.js';
import type { Style } from '../style.js';
import { targetText } from '../targetText.js';
import { cleanLine, harmless } from '../untrusted.js';

export interface ConfirmationTextOptions {
  readonly style: Style;
  /** ms since the epoch. */
  readonly now: number;
  /** Every object by itself: where nobody can ask for it. */
  readonly whole: boolean;
  /** Columns of the terminal; undefined where nothing limits it. */
  readonly width?: number | undefined;
}

/** What a question is about: the plan, then where it goes and why it is asked. */
export function confirmationText(
  confirmation: Pick<Confirmation, 'plan' | 'reasons'>,
  to: Target | undefined,
  { style, now, whole, width }: ConfirmationTextOptions,
): string {
  const { plan, reasons, target } = harmless({ ...confirmation, target: to });
  const view = emptyRunView();
  foldEvent(view, { type: 'planned', plan });
  const namespaced = isAcrossNamespaces(view);
  const lines =
    plan.stages.length > 0 ? planLines(plan, view, style) : prunePlanLines(plan, { style, now, namespaced, whole });
  const why = reasons.map((reason) => `${style.warn('!')} ${cleanLine(reason)}`);
  const where = target === undefined ? [] : [`${style.warn('!')} ${targetText(target)}`];
  const all = [...lines, '', ...where, ...why].map((line) => wrapTo(line, width));
  return `\n${all.join('\n')}\n`;
}

import type { Target } from '../engine/run/events.js';
import type { Confirmation } from '../engine/run/options.js';
import { planLines } from './changeLines.js';
import { emptyRunView, foldEvent } from './runView.js';
import type { Style } from './style.js';
import { targetText } from './targetText.js';
import { cleanLine, harmless } from './untrusted.js';

/** What a question is about: the whole plan, then where it goes and why it is asked. */
export function confirmationText(confirmation: Confirmation, to: Target | undefined, style: Style): string {
  const { plan, reasons, target } = harmless({ ...confirmation, target: to });
  const view = emptyRunView();
  foldEvent(view, { type: 'planned', plan });
  const why = reasons.map((reason) => `${style.warn('!')} ${cleanLine(reason)}`);
  const where = target === undefined ? [] : [`${style.warn('!')} ${targetText(target)}`];
  return `\n${[...planLines(plan, view, style), '', ...where, ...why].join('\n')}\n`;
}

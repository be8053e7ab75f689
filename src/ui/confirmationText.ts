import type { Confirmation } from '../engine/run/options.js';
import { planLines } from './changeLines.js';
import { emptyRunView, foldEvent } from './runView.js';
import type { Style } from './style.js';
import { cleanLine, harmless } from './untrusted.js';

/** What a question is about: the whole plan, then why it is asked. */
export function confirmationText(confirmation: Confirmation, style: Style): string {
  const { plan, reasons } = harmless(confirmation);
  const view = emptyRunView();
  foldEvent(view, { type: 'planned', plan });
  const why = reasons.map((reason) => `${style.warn('!')} ${cleanLine(reason)}`);
  return `\n${[...planLines(plan, view, style), '', ...why].join('\n')}\n`;
}

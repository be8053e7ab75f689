/** What is not ready yet, worst first, each with why. */
import type { ObjectStatus } from '../engine/run/events.js';
import { formatId } from '../objects/object.js';
import { fitTo, padTo, widest } from './columns.js';
import { isAcrossNamespaces, type RunView } from './runView.js';
import type { Style } from './style.js';
import { cleanLine } from './untrusted.js';

/** Failed is worst, then pods that waiting does not help, other troubles, then what has the least of its pods. */
function severity({ status, problems, ready }: ObjectStatus): number {
  if (status === 'Failed') return 4;
  if (problems.some(({ doomed }) => doomed)) return 3;
  if (problems.length > 0) return 2;
  return ready === undefined || ready.want === 0 ? 0 : 1 - ready.have / ready.want;
}

/** What is not ready, worst first. */
export function notReady(view: RunView): ObjectStatus[] {
  return [...view.statuses.values()]
    .filter(({ status }) => status !== 'Current')
    .sort((a, b) => severity(b) - severity(a));
}

export interface WaitingTableOptions {
  readonly width: number;
  /** At most so many rows; what is left out is counted in a last one. */
  readonly rows: number;
  readonly style: Style;
}

/** Rows such as `✖ Deployment/web  0/3  ImagePullBackOff: shop/web:9.9.1: not found`, none wider than `width`. */
export function waitingTable(view: RunView, { width, rows, style }: WaitingTableOptions): string[] {
  const namespaced = isAcrossNamespaces(view);
  const waiting = notReady(view);
  const fits = waiting.length <= rows ? waiting : waiting.slice(0, Math.max(0, rows - 1));
  const names = fits.map(({ id }) => formatId(id, namespaced));
  const counts = fits.map(({ ready }) => (ready === undefined ? '' : `${ready.have}/${ready.want}`));
  // In a narrow terminal a long name may take half of the line: the rest says why.
  const nameWidth = Math.min(widest(names), Math.max(12, Math.floor(width / 2)));
  const countWidth = widest(counts);
  const lines = fits.map((status, index) => {
    const isBad = severity(status) >= 3;
    const glyph = isBad ? style.bad('✖') : severity(status) >= 2 ? style.warn('⚠') : style.faint('◌');
    const cells = [
      padTo(fitTo(names[index] ?? '', nameWidth), nameWidth),
      ...(countWidth === 0 ? [] : [padTo(counts[index] ?? '', countWidth)]),
      why(status),
    ];
    return fitTo(`${glyph} ${cells.join('  ')}`.trimEnd(), width);
  });
  const left = waiting.length - fits.length;
  return left > 0 ? [...lines, fitTo(style.faint(`… and ${left} more`), width)] : lines;
}

function why({ problems, message }: ObjectStatus): string {
  const [worst] = [...problems].sort((a, b) => Number(b.doomed) - Number(a.doomed));
  if (worst === undefined) return cleanLine(message);
  const text = cleanLine(worst.message);
  return text === '' ? worst.reason : `${worst.reason}: ${text}`;
}

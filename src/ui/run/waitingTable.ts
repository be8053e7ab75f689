/** What is not ready yet, worst first, and what is not gone yet, each with why. */
import type { ObjectStatus } from '../../engine/run/events.js';
import { formatId, keyOf, type ObjectId } from '../../objects/object.js';
import { fitLines, fitMiddle, fitTo, padTo, widest } from '../columns.js';
import { formatAge } from '../duration.js';
import { isAcrossNamespaces } from './askedOfView.js';
import type { RunView } from './runView.js';
import type { Style } from '../style.js';
import { cleanLine } from '../untrusted.js';
import { failsIn } from './waitText.js';

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
  /** Milliseconds since the epoch: the clock of the events. */
  readonly now: number;
}

/** A narrower table has no room for times: why it waits matters more. */
const LEAST_TIMES_COLUMNS = 60;

/** A row may go on below itself until it has said so much, in columns: on a narrow terminal that takes more lines. */
const MOST_COLUMNS = 240;
/** What stands in place of a cause that the row above has said. */
const SAME_CAUSE = 'as above';

/** What one row says, cell by cell. */
interface Row {
  readonly mark: string;
  readonly id: ObjectId;
  readonly count: string;
  readonly age: string;
  /** When it is given up, before why. */
  readonly fails: string;
  readonly why: string;
}

/** Rows such as `✖ Deployment/web  0/3  12s  fails in 18s  ImagePullBackOff: web:9: not found`, none wider than `width`. */
export function waitingTable(view: RunView, options: WaitingTableOptions): string[] {
  const { style, now } = options;
  const rows = notReady(view).map((status): Row => {
    const worst = severity(status);
    const since = view.since.get(keyOf(status.id));
    return {
      mark: worst >= 3 ? style.bad('✖') : worst >= 2 ? style.warn('⚠') : style.faint('◌'),
      id: status.id,
      count: status.ready === undefined ? '' : `${status.ready.have}/${status.ready.want}`,
      age: since === undefined ? '' : formatAge(now - since),
      fails: status.failsAt === undefined ? '' : style.bad(failsIn(status.failsAt, now)),
      why: why(status),
    };
  });
  return layOut(rows, isAcrossNamespaces(view), options);
}

/** What is being deleted and is still there, each with what it waits for. */
export function deletingTable(view: RunView, options: WaitingTableOptions): string[] {
  const { style, now } = options;
  const rows = [...view.deleting.values()].map(({ id, message, startedAt }): Row => {
    const whole = { mark: style.warn('◌'), id, count: '', fails: '', age: formatAge(now - startedAt) };
    return { ...whole, why: cleanLine(message === '' ? 'being deleted' : message) };
  });
  return layOut(rows, isAcrossNamespaces(view), options);
}

function layOut(all: readonly Row[], namespaced: boolean, { width, rows, style }: WaitingTableOptions): string[] {
  // Where there is one line, the worst stands in it: how many there are, the line of the phase says.
  const fits = all.length <= rows ? all : all.slice(0, Math.max(1, rows - 1));
  const names = fits.map(({ id }) => formatId(id, namespaced));
  // In a narrow terminal a long name may take half of the line: the rest says why.
  const nameWidth = Math.min(widest(names), Math.max(12, Math.floor(width / 2)));
  const hasTimes = width >= LEAST_TIMES_COLUMNS;
  const countWidth = widest(fits.map(({ count }) => count));
  const ageWidth = hasTimes ? widest(fits.map(({ age }) => age)) : 0;
  // Where there is room below, why it waits is told whole, of the worst first.
  let spare = rows - fits.length;
  const mostMore = Math.ceil(MOST_COLUMNS / width) - 1;
  const lines = fits.flatMap((row, index) => {
    const cells = [
      padTo(fitMiddle(names[index] ?? '', nameWidth), nameWidth),
      ...(countWidth === 0 ? [] : [padTo(row.count, countWidth)]),
      ...(ageWidth === 0 ? [] : [style.faint(row.age.padStart(ageWidth))]),
      ...(hasTimes && row.fails !== '' ? [row.fails] : []),
      // Equal causes are told once: the first of them has the room that the others would take.
      row.why.length > SAME_CAUSE.length && row.why === fits[index - 1]?.why ? SAME_CAUSE : row.why,
    ];
    const told = fitLines(`${row.mark} ${cells.join('  ')}`.trimEnd(), width, 1 + Math.min(spare, mostMore));
    spare -= told.length - 1;
    return told;
  });
  const left = all.length - fits.length;
  return left > 0 && rows > 1 ? [...lines, fitTo(style.faint(`… and ${left} more`), width)] : lines;
}

function why({ problems, message }: ObjectStatus): string {
  const [worst] = [...problems].sort((a, b) => Number(b.doomed) - Number(a.doomed));
  const text = worst === undefined ? '' : cleanLine(worst.message);
  // A pod that merely is not ready yet says less than how far its workload has come.
  if (worst === undefined || (text === '' && !worst.doomed)) return cleanLine(message);
  return text === '' ? worst.reason : `${worst.reason}: ${text}`;
}

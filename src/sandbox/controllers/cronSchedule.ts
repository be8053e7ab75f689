/** Cron schedules as CronJobs have them (github.com/robfig/cron/v3, ParseStandard): five fields, a macro or `@every`, in UTC. */
import { inputError } from '../../errors.js';

interface Fields {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
  /** Days of the month and of the week are alternatives unless one of them is `*`. */
  readonly anyDay: boolean;
  readonly anyWeekday: boolean;
}

export type CronSchedule = Fields | { readonly everyMs: number };

const MACROS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const MONTHS = ['', 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** Throws KapplyError `InvalidSchedule`, whose message is what the API server says of the schedule. */
export function parseSchedule(text: string): CronSchedule {
  if (text.startsWith('@every ')) return { everyMs: parseEvery(text) };
  const macro = Object.hasOwn(MACROS, text) ? MACROS[text] : undefined;
  if (text.startsWith('@') && macro === undefined) throw unreadable(`unrecognized descriptor: ${text}`);
  const fields = (macro ?? text).split(/\s+/).filter((field) => field !== '');
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = fields;
  if (fields.length !== 5) throw unreadable(`expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`);
  return {
    minutes: readField(minute, 0, 59),
    hours: readField(hour, 0, 23),
    days: readField(day, 1, 31),
    months: readField(month, 1, 12, MONTHS),
    weekdays: readField(weekday, 0, 6, WEEKDAYS),
    anyDay: hasStar(day),
    anyWeekday: hasStar(weekday),
  };
}

function unreadable(why: string): Error {
  return inputError('InvalidSchedule', why);
}

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** `@every 1h30m`: whole seconds, and one at least. */
function parseEvery(text: string): number {
  const duration = text.slice('@every '.length);
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(duration))
    throw unreadable(`failed to parse duration ${text}: time: invalid duration ${JSON.stringify(duration)}`);
  const ms = [...duration.matchAll(/([\d.]+)(ms|s|m|h)/g)].reduce(
    (sum, [, number, unit]) => sum + Number(number) * UNITS[unit as keyof typeof UNITS],
    0,
  );
  return Math.max(1000, Math.floor(ms / 1000) * 1000);
}

/** Whether any value will do; a star with a step is a list of values. */
function hasStar(field: string): boolean {
  return field.split(',').some((part) => /^[*?](?:\/0*1)?$/.test(part));
}

function readField(field: string, least: number, most: number, names: readonly string[] = []): ReadonlySet<number> {
  const values = new Set<number>();
  for (const part of field.split(',').filter((one) => one !== '')) {
    const { first, last, step } = readRange(part, least, most, names);
    for (let value = first; value <= last; value += step) values.add(value);
  }
  return values;
}

/** `*`, `5`, `mon-fri`, each also with a step: `N/step` goes to the end (getRange). */
function readRange(
  part: string,
  least: number,
  most: number,
  names: readonly string[],
): { readonly first: number; readonly last: number; readonly step: number } {
  const [range = '', stepText, ...tooMany] = part.split('/');
  const [from = '', to, ...more] = range.split('-');
  const isAny = from === '*' || from === '?';
  const number = (text: string): number => {
    const named = names.indexOf(text.toLowerCase());
    return named >= 0 && text !== '' ? named : readNumber(text);
  };
  if (!isAny && more.length > 0) throw unreadable(`too many hyphens: ${part}`);
  const first = isAny ? least : number(from);
  const end = isAny ? most : to === undefined ? first : number(to);
  if (tooMany.length > 0) throw unreadable(`too many slashes: ${part}`);
  const step = stepText === undefined ? 1 : readNumber(stepText);
  const last = stepText !== undefined && to === undefined ? most : end;
  if (first < least) throw unreadable(`beginning of range (${first}) below minimum (${least}): ${part}`);
  if (last > most) throw unreadable(`end of range (${last}) above maximum (${most}): ${part}`);
  if (first > last) throw unreadable(`beginning of range (${first}) beyond end of range (${last}): ${part}`);
  if (step === 0) throw unreadable(`step of range should be a positive number: ${part}`);
  return { first, last, step };
}

function readNumber(text: string): number {
  if (/^\+?\d+$/.test(text)) return Number(text);
  throw unreadable(
    /^-\d+$/.test(text)
      ? `negative number (${Number(text)}) not allowed: ${text}`
      : `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`,
  );
}

const MINUTE = 60_000;
/** As far ahead as robfig/cron looks. */
const YEARS = 5;

/** The first time after `after`, both in ms since the epoch; undefined where none comes within five years. */
export function nextTime(schedule: CronSchedule, after: number): number | undefined {
  if ('everyMs' in schedule) return Math.floor(after / 1000) * 1000 + schedule.everyMs;
  let time = Math.floor(after / MINUTE) * MINUTE + MINUTE;
  const end = Date.UTC(new Date(after).getUTCFullYear() + YEARS + 1, 0);
  while (time < end) {
    const date = new Date(time);
    const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
    if (!schedule.months.has(month + 1)) time = Date.UTC(year, month + 1);
    else if (!dayFits(schedule, date)) time = Date.UTC(year, month, day + 1);
    else if (!schedule.hours.has(date.getUTCHours())) time = Math.floor(time / (60 * MINUTE) + 1) * 60 * MINUTE;
    else if (!schedule.minutes.has(date.getUTCMinutes())) time += MINUTE;
    else return time;
  }
  return undefined;
}

function dayFits({ days, weekdays, anyDay, anyWeekday }: Fields, date: Date): boolean {
  const day = days.has(date.getUTCDate());
  const weekday = weekdays.has(date.getUTCDay());
  return anyDay || anyWeekday ? day && weekday : day || weekday;
}

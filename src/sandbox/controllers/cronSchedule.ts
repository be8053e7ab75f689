/** Cron schedules as CronJobs have them (github.com/robfig/cron/v3, ParseStandard): five fields or a macro, in UTC. */
import { inputError } from '../../errors.js';

export interface CronSchedule {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
  /** Days of the month and of the week are alternatives unless one of them is `*`. */
  readonly anyDay: boolean;
  readonly anyWeekday: boolean;
}

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

/** Throws KapplyError `InvalidSchedule`. */
export function parseSchedule(text: string): CronSchedule {
  const fields = (MACROS[text] ?? text).trim().split(/\s+/);
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = fields;
  if (fields.length !== 5) throw inputError('InvalidSchedule', `"${text}" does not have the five fields of a schedule`);
  const read = (field: string, least: number, most: number, names: readonly string[] = []) =>
    readField(field, least, most, names, text);
  return {
    minutes: read(minute, 0, 59),
    hours: read(hour, 0, 23),
    days: read(day, 1, 31),
    months: read(month, 1, 12, MONTHS),
    weekdays: read(weekday, 0, 6, WEEKDAYS),
    anyDay: hasStar(day),
    anyWeekday: hasStar(weekday),
  };
}

/** Whether any value will do; a star with a step is a list of values. */
function hasStar(field: string): boolean {
  return field.split(',').some((part) => /^[*?](?:\/0*1)?$/.test(part));
}

function readField(
  field: string,
  least: number,
  most: number,
  names: readonly string[],
  whole: string,
): ReadonlySet<number> {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const match = /^(?:([*?])|([a-z0-9]+)(?:-([a-z0-9]+))?)(?:\/([0-9]+))?$/.exec(part.toLowerCase());
    const [, any, from, to, step] = match ?? [];
    const number = (name: string | undefined) => {
      if (name === undefined) return undefined;
      const named = names.indexOf(name);
      return named >= 0 ? named : Number(name);
    };
    const first = any === undefined ? number(from) : least;
    const last = any === undefined ? (number(to) ?? (step === undefined ? first : most)) : most;
    const stride = Number(step ?? 1);
    const fits = first !== undefined && last !== undefined && first >= least && last <= most && first <= last;
    if (match === null || !fits || stride < 1) {
      throw inputError('InvalidSchedule', `"${part}" in the schedule "${whole}" is not from ${least} to ${most}`);
    }
    for (let value = first; value <= last; value += stride) values.add(value);
  }
  return values;
}

const MINUTE = 60_000;
/** As far ahead as robfig/cron looks. */
const YEARS = 5;

/** The first time after `after`, both in ms since the epoch; undefined where none comes within five years. */
export function nextTime(schedule: CronSchedule, after: number): number | undefined {
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

function dayFits({ days, weekdays, anyDay, anyWeekday }: CronSchedule, date: Date): boolean {
  const day = days.has(date.getUTCDate());
  const weekday = weekdays.has(date.getUTCDay());
  return anyDay || anyWeekday ? day && weekday : day || weekday;
}

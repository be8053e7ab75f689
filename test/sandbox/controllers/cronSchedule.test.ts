import assert from 'node:assert/strict';
import { nextTime, parseSchedule } from '../../../src/sandbox/controllers/cronSchedule.js';

describe('cron schedules', () => {
  const after = '2026-01-30T23:58:30Z';
  const cases: [string, string | undefined][] = [
    ['* * * * *', '2026-01-30T23:59:00Z'],
    ['*/15 * * * *', '2026-01-31T00:00:00Z'],
    ['5-20/10 * * * *', '2026-01-31T00:05:00Z'],
    ['30 4 1,15 * *', '2026-02-01T04:30:00Z'],
    ['0 0 * * mon-fri', '2026-02-02T00:00:00Z'],
    ['0 0 13 * fri', '2026-02-06T00:00:00Z'],
    // A star that has a step is none: days of the month and of the week are alternatives (robfig/cron v3, getRange).
    ['0 0 */10 * sun', '2026-01-31T00:00:00Z'],
    ['0 0 20 * */6', '2026-01-31T00:00:00Z'],
    ['0 0 */1 * wed', '2026-02-04T00:00:00Z'],
    ['0 0 1-2,* * wed', '2026-02-04T00:00:00Z'],
    ['0 12 29 feb *', '2028-02-29T12:00:00Z'],
    ['@hourly', '2026-01-31T00:00:00Z'],
    ['@every 1h30m', '2026-01-31T01:28:30Z'],
    ['@every 10ms', '2026-01-30T23:58:31Z'],
    ['@every 1.5s', '2026-01-30T23:58:31Z'],
    ['@yearly', '2027-01-01T00:00:00Z'],
    ['0 0 30 2 *', undefined],
  ];
  for (const [schedule, expected] of cases) {
    it(`${schedule} comes next at ${expected ?? 'no time'}`, () => {
      const next = nextTime(parseSchedule(schedule), Date.parse(after));
      assert.equal(next, expected === undefined ? undefined : Date.parse(expected));
    });
  }

  const refused: readonly (readonly [schedule: string, why: string])[] = [
    ['', 'expected exactly 5 fields, found 0: []'],
    ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
    ['60 * * * *', 'end of range (60) above maximum (59): 60'],
    ['a * * * *', 'failed to parse int from a: strconv.Atoi: parsing "a": invalid syntax'],
    ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
    ['1/2/3 * * * *', 'too many slashes: 1/2/3'],
    ['*/-2 * * * *', 'negative number (-2) not allowed: -2'],
    ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['* * * * mon-never', 'failed to parse int from never: strconv.Atoi: parsing "never": invalid syntax'],
    ['@often', 'unrecognized descriptor: @often'],
    ['@every soon', 'failed to parse duration @every soon: time: invalid duration "soon"'],
  ];
  for (const [schedule, message] of refused) {
    it(`refuses "${schedule}" in the server's words`, () =>
      assert.throws(() => parseSchedule(schedule), { code: 'InvalidSchedule', message }));
  }
});

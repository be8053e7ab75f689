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
    ['@yearly', '2027-01-01T00:00:00Z'],
    ['0 0 30 2 *', undefined],
  ];
  for (const [schedule, expected] of cases) {
    it(`${schedule} comes next at ${expected ?? 'no time'}`, () => {
      const next = nextTime(parseSchedule(schedule), Date.parse(after));
      assert.equal(next, expected === undefined ? undefined : Date.parse(expected));
    });
  }

  for (const schedule of ['', '* * * *', '60 * * * *', 'a * * * *', '5-1 * * * *', '*/0 * * * *', '* * 0 * *']) {
    it(`refuses "${schedule}"`, () => assert.throws(() => parseSchedule(schedule), { code: 'InvalidSchedule' }));
  }
});

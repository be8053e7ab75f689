import assert from 'node:assert/strict';
import { parseCount, parseDuration, parseTimeout } from '../../../src/cli/flags/flagValues.js';

describe('parseDuration', () => {
  const cases: readonly (readonly [text: string, ms: number])[] = [
    ['90s', 90_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['1.5m', 90_000],
    ['500ms', 500],
    ['1m500ms', 60_500],
    ['300', 300_000],
    ['0', 0],
    ['0s', 0],
  ];
  for (const [text, ms] of cases) {
    it(`reads ${text}`, () => assert.equal(parseDuration('timeout', text), ms));
  }

  it('reads days where no timer has to hold them', () => {
    assert.equal(parseDuration('older-than', '30d', Infinity), 2_592_000_000);
    assert.equal(parseDuration('timeout', '1d'), 86_400_000);
  });

  for (const text of ['', '-5m', '5 m', '5w', '30d', 'm', '1h30', '1e3s', '٣m', '1000h', '99999999999']) {
    it(`refuses "${text}", naming flag and value`, () => {
      assert.throws(() => parseDuration('timeout', text), {
        code: 'InvalidDuration',
        exitCode: 2,
        message: `--timeout=${text}: expected a duration such as 90s, 5m or 1h30m`,
      });
    });
  }
});

describe('parseTimeout', () => {
  it('reads what is longer than nothing', () => assert.equal(parseTimeout('90s'), 90_000));
  for (const text of ['0', '0s', '0m0s', '0.0s', '0ms'])
    it(`refuses ${text}, which other tools take for ever or for at once`, () => {
      assert.throws(() => parseTimeout(text), { code: 'InvalidDuration', exitCode: 2 });
    });
});

describe('parseCount', () => {
  it('reads whole numbers', () => assert.equal(parseCount('keep', '3', 0), 3));
  for (const text of ['', '-1', '1.5', '0x10', '1e3', ' 1', '9999999999']) {
    it(`refuses "${text}"`, () => {
      assert.throws(() => parseCount('keep', text, 0), { code: 'InvalidNumber', exitCode: 2 });
    });
  }
  it('refuses less than the least', () => {
    assert.throws(() => parseCount('concurrency', '0', 1), /--concurrency=0: expected a whole number of 1 or more/);
  });
  it('refuses more than the most', () => {
    const message = /--concurrency=101: expected a whole number from 1 to 100/;
    assert.throws(() => parseCount('concurrency', '101', 1, 100), message);
    assert.equal(parseCount('concurrency', '100', 1, 100), 100);
  });
});

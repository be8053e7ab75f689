import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseRetryAfter, retryAfterWords, retryDelay, type Attempt } from '../../src/net/retry.js';

const answer = (status: number, retryAfterMs?: number): Attempt['outcome'] => ({
  kind: 'answer',
  status,
  retryAfterMs,
});
const broken = (reached: 'nothing' | 'server' | 'perhaps'): Attempt['outcome'] => ({ kind: 'broken', reached });

/** Whether each is repeated, for what is safe and for what is not. */
const cases: [what: string, outcome: Attempt['outcome'], safe: boolean, unsafe: boolean][] = [
  ['429', answer(429), true, true],
  ['429 with Retry-After', answer(429, 1000), true, true],
  ['503 with Retry-After', answer(503, 1000), true, true],
  ['500 with Retry-After', answer(500, 1000), true, true],
  ['503 without', answer(503), true, false],
  ['502, of a load balancer', answer(502), true, false],
  ['504', answer(504), true, false],
  ['500 without', answer(500), false, false],
  ['400', answer(400), false, false],
  ['403', answer(403), false, false],
  ['409', answer(409), false, false],
  ['a lost race', { kind: 'answer', status: 409, retryAfterMs: undefined, isRace: true }, true, true],
  [
    'a change within the storage',
    { kind: 'answer', status: 500, retryAfterMs: undefined, isPassing: true },
    true,
    false,
  ],
  ['422', answer(422), false, false],
  ['an hour of Retry-After', answer(429, 3_600_000), false, false],
  ['a refused stream', broken('server'), true, true],
  ['a reset', broken('perhaps'), true, false],
  ['no connection', broken('nothing'), true, true],
];

describe('retryDelay', () => {
  for (const [what, outcome, safe, unsafe] of cases) {
    it(what, () => {
      const of = (isSafe: boolean): boolean =>
        retryDelay({ attempts: 1, safe: isSafe, known: true, answeringMs: 0, outcome }, 0.5) !== undefined;
      assert.deepEqual([of(true), of(false)], [safe, unsafe]);
    });
  }

  it('does not knock again where nothing ever answered', () => {
    assert.equal(
      retryDelay({ attempts: 1, safe: true, known: false, answeringMs: 0, outcome: broken('nothing') }, 0.5),
      undefined,
    );
  });

  it('asks nobody again who took long to refuse, as a hanging webhook makes the server do', () => {
    const delay = (answeringMs: number, outcome: Attempt['outcome']) =>
      retryDelay({ attempts: 2, safe: true, known: true, answeringMs, outcome }, 0.5);
    // A watch cache that cannot be filled: 429 after 10 s, each time. A request to another API server: 504 after 60 s.
    assert.notEqual(delay(10_000, answer(429, 1_000)), undefined);
    assert.equal(delay(20_000, answer(429, 1_000)), undefined);
    assert.equal(delay(60_000, answer(504)), undefined);
    assert.notEqual(delay(60_000, broken('perhaps')), undefined);
  });

  it('ends, never waits less than asked, and never much longer', () => {
    const attempt: fc.Arbitrary<Attempt> = fc.record({
      attempts: fc.integer({ min: 1, max: 20 }),
      safe: fc.boolean(),
      known: fc.boolean(),
      answeringMs: fc.integer({ min: 0, max: 100_000 }),
      outcome: fc.oneof(
        fc.record({
          kind: fc.constant('answer' as const),
          status: fc.integer({ min: 400, max: 599 }),
          retryAfterMs: fc.option(fc.integer({ min: 0, max: 100_000 }), { nil: undefined }),
        }),
        fc.record({
          kind: fc.constant('broken' as const),
          reached: fc.constantFrom('nothing' as const, 'server' as const, 'perhaps' as const),
        }),
      ),
    });
    fc.assert(
      fc.property(attempt, fc.double({ min: 0, max: 0.999, noNaN: true }), (tried, random) => {
        const delay = retryDelay(tried, random);
        if (delay === undefined) return;
        const asked = tried.outcome.kind === 'answer' ? (tried.outcome.retryAfterMs ?? 0) : 0;
        assert.ok(tried.attempts < 8);
        assert.ok(delay >= asked && delay <= asked + 5_000);
        if (tried.outcome.kind === 'broken' && tried.outcome.reached === 'perhaps') assert.ok(tried.safe);
      }),
    );
  });
});

describe('parseRetryAfter', () => {
  const now = Date.UTC(2026, 0, 1);
  const FIVE_PAST = 'Thu, 01 Jan 2026 00:00:05 GMT';
  const table: [header: string | undefined, ms: number | undefined, date?: string][] = [
    [undefined, undefined],
    ['0', 0],
    ['7', 7000],
    [' 7 ', 7000],
    ['7', 7000, 'Thu, 01 Jan 2026 01:00:00 GMT'],
    [FIVE_PAST, 5000],
    ['Wed, 31 Dec 2025 23:59:00 GMT', 0],
    [FIVE_PAST, 2000, 'Thu, 01 Jan 2026 00:00:03 GMT'],
    ['Thu, 01 Jan 2026 01:00:05 GMT', 5000, 'Thu, 01 Jan 2026 01:00:00 GMT'],
    [FIVE_PAST, 5000, 'at noon'],
    ['soon', undefined],
    ['1.5', undefined],
    ['-1', undefined],
  ];
  for (const [header, ms, date] of table) {
    it(`${String(header)}${date === undefined ? '' : ` at ${date}`}`, () =>
      assert.equal(parseRetryAfter({ 'retry-after': header, date }, now), ms));
  }
});

describe('retryAfterWords', () => {
  for (const [ms, words] of [
    [1, '1 second'],
    [30_000, '30 seconds'],
    [119_000, '119 seconds'],
    [600_000, '10 minutes'],
  ] as const)
    it(words, () => assert.equal(retryAfterWords(ms), words));
});

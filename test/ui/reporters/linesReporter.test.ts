import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import type { Event } from '../../../src/engine/run/events.js';
import type { Report } from '../../../src/engine/run/report.js';
import { EXIT } from '../../../src/errors.js';
import { makeLinesReporter } from '../../../src/ui/reporters/linesReporter.js';
import { makeStyle } from '../../../src/ui/style.js';
import { assertGolden } from '../golden.js';
import {
  applied,
  change,
  failedRun,
  finished,
  id,
  kept,
  plan,
  problem,
  refusedRun,
  report,
  started,
  status,
  successfulRun,
  targeted,
  timedOutRun,
} from '../recordedRuns.js';
import { VirtualClock } from '../virtualClock.js';

async function show(events: readonly Event[], outcome: Report, color = false): Promise<string> {
  const clock = new VirtualClock();
  let text = '';
  const write = (more: string): void => void (text += more);
  const reporter = makeLinesReporter({
    now: clock.now,
    schedule: clock.schedule,
    write,
    style: makeStyle(color),
    verb: 'deploy',
  });
  clock.play(events, (event) => reporter.emit(event));
  await reporter.finish(outcome);
  assert.equal(clock.pending, 0, 'a timer would keep calling after the end');
  return text;
}

describe('linesReporter', () => {
  it('tells a deploy that replaces a config', async () => {
    const run = successfulRun();
    assertGolden('lines-success.txt', await show(run.events, run.report));
  });

  it('tells a failed rollout: cause, events, the rest, exit code', async () => {
    const run = failedRun();
    assertGolden('lines-failure.txt', await show(run.events, run.report));
  });

  it('tells what was not ready when the time was over', async () => {
    const run = timedOutRun();
    assertGolden('lines-timeout.txt', await show(run.events, run.report));
  });

  it('tells what the server refused', async () => {
    const run = refusedRun();
    assertGolden('lines-refused.txt', await show(run.events, run.report));
  });

  it('says in words and glyphs what it also says in colours', async () => {
    const run = failedRun();
    const colored = await show(run.events, run.report, true);
    assert.equal(stripVTControlCharacters(colored), await show(run.events, run.report));
    assert.ok(colored.includes('\u001b[31m'));
  });

  it('begins with the time of day where that is asked for', async () => {
    let text = '';
    const reporter = makeLinesReporter({
      now: () => 0,
      schedule: () => () => undefined,
      write: (more) => (text += more),
      style: makeStyle(false),
      verb: 'deploy',
      timestamps: true,
    });
    const at = Date.parse('2026-01-01T12:00:00.250Z');
    for (const event of [targeted(), started(at, 'plan'), finished(at, 'plan')]) reporter.emit(event);
    await reporter.pause();
    assert.match(text, /^2026-01-01T12:00:00\.250Z {2}✔ Plan/m);
  });

  it('joins what happens in one second, and counts what is too much for a line', async () => {
    const maps = Array.from({ length: 12 }, (_, index) => change(`ConfigMap/c${index}`, 'create'));
    const text = await show(
      [
        started(0, 'apply', 13),
        ...maps.map((map, index) => applied(100 + index, map)),
        applied(200, change('Deployment/web', 'configure')),
        applied(1700, change('Job/seed', 'recreate')),
        finished(1800, 'apply'),
      ],
      report(EXIT.done, 1800),
    );
    const [joined, later] = text.split('\n');
    assert.equal(
      joined,
      '  0.1s  created ConfigMap/c0, ConfigMap/c1, ConfigMap/c2, ConfigMap/c3, ConfigMap/c4, ConfigMap/c5, ConfigMap/c6, ConfigMap/c7 and 4 more; configured Deployment/web',
    );
    assert.equal(later, '  1.7s  recreated Job/seed');
  });

  it('says of several states within one second the last', async () => {
    const at = (time: number, message: string): Event => ({
      type: 'status',
      status: status('Deployment/web', 'InProgress', message, '0/3'),
      at: time,
    });
    const text = await show(
      [started(0, 'rollout'), at(100, '1 of 3 pods updated'), at(200, '2 of 3 pods updated'), finished(300, 'rollout')],
      report(EXIT.timedOut, 300),
    );
    assert.equal(text.split('\n')[0], '  0.1s  Deployment/web 2 of 3 pods updated');
  });

  it('gives a sign of life after 30 s of silence, the worst object first', async () => {
    const pull = problem('ImagePullBackOff', 'not found', { doomed: true });
    const text = await show(
      [
        targeted(),
        started(0, 'rollout'),
        { type: 'status', status: status('StatefulSet/db', 'InProgress', '2 of 3 pods updated', '2/3'), at: 0 },
        {
          type: 'status',
          status: status('Deployment/web', 'InProgress', '0 of 3 pods updated: ImagePullBackOff', '0/3', [pull]),
          at: 0,
        },
        finished(70_000, 'rollout', 'failed'),
      ],
      report(EXIT.rolloutFailed, 70_000),
    );
    const lines = text.split('\n').filter((line) => line.includes('still'));
    const waiting =
      'still waiting: Deployment/web 0 of 3 pods updated: ImagePullBackOff; StatefulSet/db 2 of 3 pods updated';
    assert.deepEqual(lines, [`   31s  ${waiting}`, ` 1m01s  ${waiting}`]);
  });

  it('does not repeat a status that says the same', async () => {
    const same = status('Deployment/web', 'InProgress', '0 of 3 pods updated', '0/3');
    const text = await show(
      [
        started(0, 'rollout'),
        { type: 'status', status: same, at: 0 },
        { type: 'status', status: same, at: 5000 },
        { type: 'status', status: { ...same, message: '1 of 3 pods updated' }, at: 9000 },
        finished(9500, 'rollout'),
      ],
      report(EXIT.timedOut, 9500),
    );
    assert.equal(text.match(/0 of 3 pods updated/g)?.length, 1);
  });

  it('names namespaces only where there are several', async () => {
    const one = change('ConfigMap/a', 'create');
    const there = change('ConfigMap/b', 'create');
    const other = { ...there, member: { ...there.member, id: id('ConfigMap/b', 'billing') } };
    const run = (changes: (typeof one)[]): Promise<string> =>
      show(
        [{ type: 'planned', plan: plan(changes) }, ...changes.map((item) => applied(0, item)), finished(1, 'apply')],
        report(EXIT.done, 1),
      );
    assert.match(await run([one]), /created ConfigMap\/a\n/);
    assert.match(await run([one, other]), /created shop\/ConfigMap\/a, billing\/ConfigMap\/b\n/);
  });

  it('names what is kept with its reason, and counts the children of controllers', async () => {
    const stale = kept('ConfigMap/cfg-4fk2m9tt22', 'in use by Pod/debug');
    const text = await show(
      [
        { type: 'planned', plan: { ...plan([], [stale]), controlled: 3 } },
        { type: 'pruned', id: stale.id, version: 'v1', outcome: 'kept', reason: 'in use by Pod/debug', at: 10 },
        finished(20, 'prune'),
      ],
      report(EXIT.done, 20),
    );
    assert.match(text, /= ConfigMap\/cfg-4fk2m9tt22 {3}kept {6}in use by Pod\/debug\n/);
    assert.match(text, /3 more with the prune label, made by controllers: kept/);
  });

  it('lets no foreign text command a terminal or a CI system', async () => {
    const hostile = '\u001b[2J::add-mask::x\n::error::gotcha ##[section]';
    const failed = status('Deployment/web', 'Failed', hostile, '0/1', [problem('CrashLoopBackOff', hostile)]);
    const details = {
      problems: failed.problems,
      events: [{ count: 1, reason: 'BackOff', message: hostile, ageMs: 10 }],
      logs: [hostile, '::stop-commands::x'],
      logsNote: undefined,
      tryCommand: undefined,
    };
    const text = await show(
      [
        applied(0, change('Deployment/web', 'configure')),
        { type: 'settled', status: failed, ms: 5, details, at: 5 },
        { type: 'warning', message: hostile },
      ],
      { ...report(EXIT.rolloutFailed, 5, {}, hostile), warnings: [hostile] },
    );
    assert.ok(!text.includes('\u001b'));
    assert.ok(!text.includes('##['));
    assert.deepEqual(
      text.split('\n').filter((line) => /^\s*::/.test(line)),
      [],
    );
    assert.match(text, /Logs {4}\| : :add-mask::x/);
  });
});

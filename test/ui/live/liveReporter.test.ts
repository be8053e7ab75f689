import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { Event } from '../../../src/engine/run/events.js';
import { EXIT } from '../../../src/errors.js';
import { makeLiveReporter } from '../../../src/ui/live/liveReporter.js';
import { PHASES } from '../../../src/ui/run/phaseLine.js';
import type { Reporter } from '../../../src/ui/reporters/reporter.js';
import { makeStyle } from '../../../src/ui/style.js';
import { spellingFor, makeTextWriter } from '../../../src/ui/writer.js';
import { assertGolden } from '../golden.js';
import {
  change,
  failedRun,
  finished,
  plan,
  problem,
  refusedRun,
  report,
  started,
  status,
  successfulRun,
  type RecordedRun,
} from '../recordedRuns.js';
import { Screen } from '../screen.js';

/** Reads the screen once it shows this: what is drawn comes by a timer, after listr2 has been loaded. */
async function drawn(screen: Screen, wanted: RegExp): Promise<string> {
  for (;;) {
    const text = await screen.text();
    if (wanted.test(text)) return text;
    await wait(20);
  }
}

interface Show {
  readonly screen: Screen;
  readonly reporter: Reporter;
  readonly play: (events: readonly Event[]) => void;
}

function show(columns: number, rows = 24): Show {
  const screen = new Screen(columns, rows);
  let time = 0;
  const reporter = makeLiveReporter({
    write: (text) => void screen.write(text),
    style: makeStyle(false),
    verb: 'deploy',
    phases: PHASES,
    stream: screen,
    now: () => time,
  });
  const play = (events: readonly Event[]): void => {
    for (const event of events) {
      if ('at' in event) time = event.at;
      reporter.emit(event);
    }
  };
  return { screen, reporter, play };
}

/** What stands on the screen when this much of the run has happened. */
async function during(run: RecordedRun, until: number, columns: number, rows?: number): Promise<string> {
  const { screen, reporter, play } = show(columns, rows);
  play(run.events.filter((event) => !('at' in event) || event.at <= until));
  const text = await drawn(screen, /StatefulSet\/db[^·]*\n· Prune/);
  await reporter.pause();
  return text;
}

async function after(run: RecordedRun, columns: number): Promise<string> {
  const { screen, reporter, play } = show(columns);
  play(run.events);
  await reporter.finish(run.report);
  return screen.text();
}

describe('liveReporter', () => {
  for (const columns of [80, 40]) {
    it(`shows the phases and what is not ready, worst first, in ${columns} columns`, async () => {
      assertGolden(`live-rollout-${columns}.txt`, await during(failedRun(), 4_500, columns));
    });

    it(`leaves a summary behind in ${columns} columns`, async () => {
      assertGolden(`live-success-${columns}.txt`, await after(successfulRun(), columns));
    });
  }

  it('keeps what Jobs write above the table, and marks none of it as its own', async () => {
    const run = failedRun();
    const { screen, reporter, play } = show(80);
    play(run.events.filter((event) => !('at' in event) || event.at <= 4_500));
    await drawn(screen, /StatefulSet\/db[^·]*\n· Prune/);
    const id = { group: 'batch', kind: 'Job', namespace: 'shop', name: 'migrate' };
    const logged = { type: 'log', id, pod: 'migrate-x', container: 'app', at: 4_600 } as const;
    play([
      { ...logged, line: '12 tables' },
      { ...logged, line: `${'long '.repeat(30)}\u001b[2J::error::x` },
    ]);
    const text = await drawn(screen, /12 tables[\s\S]*· Prune/);
    await reporter.pause();
    assert.match(text, /migrate-x\/app \| 12 tables\nmigrate-x\/app \| long long[\s\S]*::error::x\n✔ Apply/);
    assert.equal(text.match(/✔ Apply/g)?.length, 1, text);
    assert.equal(text.match(/StatefulSet\/db/g)?.length, 1, text);
  });

  it('leaves the failure behind', async () => {
    assertGolden('live-failure.txt', await after(failedRun(), 80));
  });

  it('leaves no phases on the screen that never came', async () => {
    const text = await after(refusedRun(), 80);
    assert.match(text, /✖ Plan/);
    assert.doesNotMatch(text, /Apply|Roll out|Prune/);
  });

  it('says which phases were not reached', async () => {
    const { screen, reporter, play } = show(80);
    const { events, report: outcome } = failedRun();
    play(events.filter((event) => !('phase' in event) || event.phase !== 'prune'));
    await reporter.finish(outcome);
    const text = await screen.text();
    assert.match(text, /✖ Roll out {2}1\/2 ready, 1 failed \[3[01]s\]\n↓ Prune {5}not reached\n/);
  });

  it('says of a phase that an error ended that it failed', async () => {
    const { screen, reporter, play } = show(80);
    const failure = { code: 'InvalidYaml', message: 'x', suggestions: [] };
    play([started(0, 'render'), { type: 'stopped', failure, exitCode: EXIT.input, at: 5 }]);
    await reporter.pause();
    assert.equal(await screen.text(), '✖ Render\n');
  });

  it('counts what does not fit on the screen', async () => {
    const many = Array.from({ length: 40 }, (_, index): Event => ({
      type: 'status',
      status: status(`Deployment/web-${index}`, 'InProgress', '0 of 1 pods updated', '0/1'),
      at: 10,
    }));
    const { screen, reporter, play } = show(80, 14);
    play([started(0, 'rollout', 40), ...many]);
    const lines = (await drawn(screen, /and 34 more/)).split('\n');
    await reporter.pause();
    assert.equal(lines.filter((line) => line.includes('Deployment/')).length, 6);
    assert.ok(lines.some((line) => line.includes('… and 34 more')));
    assert.ok(lines.length < 14);
  });

  it('draws at most about ten times a second, however many events come', async () => {
    const { screen, reporter, play } = show(80);
    let drawings = 0;
    screen.onWrite = () => (drawings += 1);
    play([started(0, 'rollout', 1000)]);
    await wait(50);
    const before = drawings;
    for (let round = 0; round < 50; round += 1) {
      play(
        Array.from({ length: 200 }, (_, index): Event => ({
          type: 'status',
          status: status(`Deployment/web-${index}`, 'InProgress', `${round} of 50 pods updated`, '0/1'),
          at: round * 10,
        })),
      );
      await wait(10);
    }
    const perSecond = drawings - before;
    await reporter.pause();
    assert.ok(perSecond <= 60, `${perSecond} writes in about half a second for 10,000 events`);
  });

  it('leaves the screen to a question, and goes on below it', async () => {
    const { screen, reporter, play } = show(80);
    play([
      started(0, 'render'),
      finished(0, 'render'),
      started(0, 'plan'),
      { type: 'planned', plan: plan([]) },
      finished(100, 'plan'),
    ]);
    await reporter.pause();
    screen.write('Delete 31 objects? [y/N] y\n');
    play([started(5000, 'apply', 1), finished(5100, 'apply')]);
    await reporter.finish(report(EXIT.done, 5100));
    const lines = (await screen.text()).split('\n').filter((line) => line !== '');
    assert.deepEqual(lines, [
      '✔ Render    [0.0s]',
      '✔ Plan      nothing to do [0.1s]',
      'Delete 31 objects? [y/N] y',
      '✔ Apply     0/1 [0.1s]',
      '↓ Roll out  not reached',
      '↓ Prune     not reached',
    ]);
  });

  it('ends where it stands when a phase was never finished', async () => {
    const { screen, reporter, play } = show(80);
    const trouble = problem('ImagePullBackOff', 'not found');
    play([
      started(0, 'rollout', 1),
      { type: 'status', status: status('Deployment/web', 'InProgress', 'waiting', '0/1', [trouble]), at: 10 },
    ]);
    await drawn(screen, /Deployment\/web/);
    play([{ type: 'stopped', failure: { code: 'Interrupted', message: 'x', suggestions: [] }, exitCode: 130, at: 20 }]);
    await reporter.finish(report(EXIT.interrupted, 20, {}, 'interrupted by SIGINT'));
    assert.match(
      await screen.text(),
      /✖ Roll out {2}0\/1 ready[\s\S]*deploy was interrupted by SIGINT after 0\.0s \(exit 130\)/,
    );
  });

  it('leaves no ghosts when the terminal changes its size', async () => {
    const long = 'Back-off pulling image "registry.example/a/long/way/down/web:does-not-exist": not found';
    const { screen, reporter, play } = show(100);
    play([
      started(0, 'apply', 1),
      finished(0, 'apply'),
      started(0, 'rollout', 1),
      { type: 'status', status: status('Deployment/web', 'InProgress', 'x', '0/1', [problem('Pull', long)]), at: 10 },
    ]);
    await drawn(screen, /Back-off/);
    for (const [columns, rows] of [
      [60, 24],
      [110, 40],
      [40, 12],
      [120, 24],
    ] as const) {
      await screen.resize(columns, rows);
      await wait(250);
      const lines = (await screen.text()).split('\n').filter((line) => line !== '');
      const goesOn = /^│ {5}/;
      const more = lines.filter((line) => goesOn.test(line));
      assert.equal(new Set(more).size, more.length, lines.join('\n'));
      assert.deepEqual(
        lines.filter((line) => !goesOn.test(line)).map((line) => line.replace(/^\S /, '').slice(0, 8).trim()),
        ['Apply', 'Roll out', '⚠ Deploy', 'Prune'],
        `${columns} columns`,
      );
    }
    await reporter.pause();
  });

  it('leaves no ghosts in a terminal of five rows', async () => {
    const { screen, reporter, play } = show(20, 5);
    play([started(0, 'apply', 1), finished(0, 'apply'), started(0, 'rollout', 3)]);
    for (const at of [1_000, 2_000, 3_000]) {
      play(
        ['全国', 'cafe\u0301', 'web'].map((name): Event => {
          const waiting = status(`Deployment/${name}`, 'InProgress', `waiting for ${at}`, '0/1');
          return { type: 'status', status: waiting, at };
        }),
      );
      await drawn(screen, /Roll out/);
      // Longer than from one drawing to the next.
      await wait(120);
    }
    await reporter.pause();
    const text = await screen.text();
    assert.equal(text.match(/Roll out/g)?.length, 1, text);
    assert.equal(text.match(/Apply/g)?.length, 1, text);
  });

  it('has a row for the run that holds the lock, with how long it may yet be waited for', async () => {
    const { screen, reporter, play } = show(80);
    const until = 300_000;
    const holder = { holder: 'ci@runner-7 pid 4711', heldSince: -180_000, doing: 'it applies its objects' };
    play([
      started(0, 'render'),
      finished(10, 'render'),
      { type: 'lockAwaited', set: 'shop', ...holder, until, at: 12_000 },
    ]);
    const text = await drawn(screen, /ci@runner/);
    await reporter.pause();
    assert.match(text, /^. Plan {6}waits for another run of set shop {2}0\.0s, 4m48s left$/m);
    assert.match(text, /^│ ◌ ci@runner-7 pid 4711, for 3m12s: it applies its objects$/m);
  });

  it('has rows for what is deleted and does not go', async () => {
    const { screen, reporter, play } = show(80);
    const { id } = change('ConfigMap/cfg-4fk2m9tt22', 'create').member;
    const gone = {
      type: 'deleting',
      id,
      version: 'v1',
      message: 'waiting for example.com/cleanup',
      until: 9e5,
      at: 0,
    } as const;
    play([
      finished(0, 'apply'),
      finished(0, 'rollout'),
      started(0, 'prune', 1),
      gone,
      { type: 'warning', message: 'something' },
    ]);
    const text = await drawn(screen, /cleanup/);
    await reporter.pause();
    assert.match(
      text,
      /^│ warning: something\n│ ◌ ConfigMap\/cfg-4fk2m9tt22 {2}0s {2}waiting for example\.com\/cleanup$/m,
    );
  });

  it('tells names apart that begin alike, how old each wait is, and when it fails', async () => {
    const name = (end: string) => `Deployment/checkout-frontend-for-the-customers-of-${end}`;
    const { screen, reporter, play } = show(80);
    play([
      started(0, 'rollout', 2),
      { type: 'status', status: status(name('europe'), 'InProgress', 'waiting', '0/1'), at: 0 },
      {
        type: 'status',
        status: {
          ...status(name('africa'), 'InProgress', 'waiting', '0/1', [problem('Pull', '', { doomed: true })]),
          failsAt: 30_000,
        },
        at: 12_000,
      },
    ]);
    const text = await drawn(screen, /frica/);
    await reporter.pause();
    assert.match(text, /^│ ✖ Deployment\/\S+…\S+africa {2}0\/1 {3}0s {2}fails in 18s {2}Pull$/m);
    assert.match(text, /^│ ◌ Deployment\/\S+…\S+europe {2}0\/1 {2}12s {2}waiting$/m);
  });

  it('uses the height of the terminal', async () => {
    const { screen, reporter, play } = show(80, 50);
    const many = Array.from({ length: 60 }, (_, index): Event => ({
      type: 'status',
      status: status(`Deployment/web-${index}`, 'InProgress', 'waiting', '0/1'),
      at: 10,
    }));
    play([started(0, 'rollout', 60), ...many]);
    const lines = (await drawn(screen, /more/)).split('\n').filter((line) => line.includes('Deployment/'));
    await reporter.pause();
    assert.equal(lines.length, 42);
  });

  it('draws its marks in ASCII where the locale has no more', async () => {
    const screen = new Screen(80, 24);
    const spelled = spellingFor({ LC_ALL: 'C' });
    const reporter = makeLiveReporter({
      write: makeTextWriter(screen, { LC_ALL: 'C' }),
      style: makeStyle(false),
      verb: 'deploy',
      phases: PHASES,
      stream: screen,
      spelled,
      now: () => 4500,
    });
    for (const event of failedRun().events) if (!('at' in event) || event.at <= 4_500) reporter.emit(event);
    const running = await drawn(screen, /StatefulSet\/db.*\n(?:\|.*\n)*\. Prune/);
    for (const event of failedRun().events) if ('at' in event && event.at > 4_500) reporter.emit(event);
    await reporter.finish(failedRun().report);
    const text = running + (await screen.text());
    // eslint-disable-next-line no-control-regex -- ASCII is the subject
    assert.doesNotMatch(text, /[^\u0000-\u007f]/);
    assert.match(text, /^v Apply {5}6\/6/m);
    assert.match(text, /^x Roll out/m);
  });
});

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import type { History } from '../../src/engine/status/history.js';
import type { SetStatus } from '../../src/engine/status/describeMembers.js';
import { EXIT, KapplyError } from '../../src/errors.js';
import { mapTexts } from '../../src/objects/mapTexts.js';
import { makeMasks } from '../../src/objects/masks.js';
import { emitYaml } from '../../src/render/yaml/emit.js';
import { confirmationText } from '../../src/ui/plan/confirmationText.js';
import { formatBug, formatError } from '../../src/ui/errorText.js';
import { makeGithubReporter } from '../../src/ui/ci/githubReporter.js';
import { historyText } from '../../src/ui/status/historyText.js';
import { makeLinesReporter } from '../../src/ui/reporters/linesReporter.js';
import { makeLiveReporter } from '../../src/ui/live/liveReporter.js';
import { PHASES } from '../../src/ui/run/phaseLine.js';
import { planDiff } from '../../src/ui/plan/planDiff.js';
import type { Reporter } from '../../src/ui/reporters/reporter.js';
import { statusText } from '../../src/ui/status/statusText.js';
import { makeStyle } from '../../src/ui/style.js';
import { targetLines } from '../../src/ui/targetText.js';
import { neutralize, makeTextWriter } from '../../src/ui/writer.js';
import {
  change,
  deletion,
  failedRun,
  kept,
  plan,
  problem,
  refusedRun,
  status,
  successfulRun,
  timedOutRun,
  type RecordedRun,
} from './recordedRuns.js';
import { Screen } from './screen.js';

/** What foreign text may try: to own a line, the screen, the reader's eyes, or the CI system. */
const TRICKS = [
  '\nFORGED ✔ Prune 2/2 deleted',
  '\r\n::error::FORGED',
  '::error::FORGED',
  '\u2028::stop-commands::FORGED',
  '\u0085FORGED',
  '\u000b::add-mask::FORGED',
  ' ##[error]FORGED',
  ' ##vso[task.complete]FORGED',
  " ##teamcity[message text='FORGED']",
  '\u001b[2J\u001b[H',
  '\u001b[8mhidden\u001b[28m',
  '\u001b]0;title\u0007',
  '\u001b]8;;http://evil\u0007link\u001b]8;;\u0007',
  '\u001b[0Ksection_start:1:FORGED\r\u001b[0K',
  '\u009b2J',
  '\u202eright to left',
  '\u2066isolated',
  '\u200bunseen\u00ad\u{e0041}',
  '\b\b\b\b',
];
/** Fields whose texts are words of kapply's own. */
const OWN_WORDS = new Set(['type', 'phase', 'outcome', 'status', 'verdict', 'action', 'why', 'state', 'dryRun']);

function poisoned<T>(value: T, trick: string): T {
  // A name may begin a line: what breaks lines stands behind a letter.
  const before = /^[\s\u0085]/.test(trick) ? 'a' : '';
  const text = (original: string): string => `${before}${trick}${original}${trick}`;
  return mapTexts(value, text, (field, item) => OWN_WORDS.has(field) && typeof item === 'string');
}

// eslint-disable-next-line no-control-regex -- control characters are the subject
const OWN_COLOUR = /\u001b\[(?:0|1|2|22|3[1-6]|39)m/g;
const FORBIDDEN =
  // eslint-disable-next-line no-control-regex -- control characters are the subject
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f]|[\u{e0000}-\u{e007f}]|##\[|##vso\[|##teamcity\[/u;

function assertHarmless(output: string, what: string, commands = false): void {
  assert.doesNotMatch(output.replaceAll(OWN_COLOUR, ''), FORBIDDEN, what);
  for (const line of stripVTControlCharacters(output).split('\n')) {
    if (commands && /^::error title=[^:\n]*::/.test(line)) continue;
    assert.doesNotMatch(line, /^\s*::/, what);
    assert.doesNotMatch(line, /^FORGED/, what);
  }
}

const style = makeStyle(true);

async function play({ events, report }: RecordedRun, reporter: Reporter): Promise<void> {
  for (const event of events) reporter.emit(event);
  await reporter.finish(report);
}

const RUNS = { successfulRun, failedRun, timedOutRun, refusedRun } as const;

const asked = {
  question: 'Delete 1 object?',
  reasons: ['1 of the objects'],
  deletions: [deletion('ConfigMap/cfg-4fk2m9tt')],
  plan: plan(
    [change('Deployment/web', 'configure', { notes: ['a note'], changed: ['image'] })],
    [
      deletion('ConfigMap/cfg-4fk2m9tt', 'a reason', [
        { root: { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' }, revision: 'a revision' },
      ]),
      kept('Secret/db', 'in use by Pod/web'),
    ],
  ),
};
const state: SetStatus = {
  healthy: false,
  unlisted: [],
  warnings: [],
  stale: [
    { ...deletion('ConfigMap/cfg-4fk2m9tt'), inUseNow: null },
    { ...deletion('ConfigMap/cfg-5fk2m9tt'), inUseNow: 'Pod/web-1' },
  ],
  objects: [
    {
      ...status('Deployment/web', 'Failed', 'a message', '0/1', [problem('Error', 'a message')]),
      configs: [{ kind: 'ConfigMap', name: 'cfg', wanted: 'cfg-1', running: [{ name: 'cfg-0', pods: 1 }] }],
      stalePods: [],
      drift: [
        { path: '.spec.image', why: 'changed', manager: 'kubectl-edit', at: '2026-01-01T00:00:00Z' },
        { path: '.spec.replicas', why: 'notDeployed', manager: null, at: null },
      ],
    },
  ],
};
const history: History = {
  warnings: [],
  unlisted: [],
  families: [
    {
      kind: 'ConfigMap',
      namespace: 'shop',
      name: 'cfg',
      revisions: [{ name: 'cfg-1', created: '', ageMs: 1, state: 'stale', reason: 'nothing uses it' }],
    },
  ],
};
const error = new KapplyError('Code', 'a message', EXIT.input, {
  position: { file: 'kustomization.yaml', line: 3 },
  chain: ['overlays/prod/kustomization.yaml'],
  suggestions: ['Do this.'],
});
const info = {
  code: error.code,
  message: error.message,
  suggestions: error.suggestions,
  position: error.position,
  chain: error.chain,
};

/** Every text that is not a run's. */
const TEXTS: Readonly<Record<string, (trick: string) => string>> = {
  'a question': (trick) =>
    confirmationText(poisoned(asked, trick), poisoned(successfulRun().report.target, trick), {
      style,
      now: 0,
      whole: true,
    }),
  'a question of a prune': (trick) =>
    confirmationText(poisoned({ ...asked, plan: { ...asked.plan, stages: [] } }, trick), undefined, {
      style,
      now: 0,
      whole: true,
    }),
  'a diff': (trick) =>
    planDiff(poisoned(asked.plan, trick), {
      style,
      masks: makeMasks(),
      toYaml: (object) => emitYaml(object as never),
    }),
  'a status': (trick) => statusText(poisoned(state, trick), { style, width: undefined }),
  'a history': (trick) => historyText(poisoned(history.families, trick), { style, width: undefined, namespaced: true }),
  'an error': (trick) => formatError(poisoned(info, trick), style),
  'the first lines': (trick) =>
    targetLines('deploy', poisoned(successfulRun().report.target, trick), new Map([['set', `a${trick}`]]), style).join(
      '\n',
    ),
  'a bug': (trick) => formatBug(new Error(trick), { version: '1', node: '1', platform: 'x' }, style),
};

describe('foreign text', () => {
  for (const trick of TRICKS) {
    const shown = JSON.stringify(trick);

    it(`commands no reporter: ${shown}`, async () => {
      for (const [name, run] of Object.entries(RUNS)) {
        const { events, report } = run();
        const hostile = { events: poisoned(events, trick), report: poisoned(report, trick) };
        let lines = '';
        await play(
          hostile,
          makeLinesReporter({
            write: makeTextWriter({ write: (text) => (lines += text) }, {}),
            style,
            verb: 'deploy',
            now: () => 0,
            schedule: () => () => undefined,
          }),
        );
        assertHarmless(lines, `lines, ${name}`);
        let github = '';
        let summary = '';
        await play(
          hostile,
          makeGithubReporter({
            write: (text) => (github += text),
            appendSummary: (text) => (summary += text),
            verb: 'deploy',
          }),
        );
        assertHarmless(github, `github, ${name}`, true);
        assertHarmless(summary, `summary, ${name}`);
        assert.doesNotMatch(github, /%0A\s*::|%0D/);
      }
    });

    it(`commands no other text: ${shown}`, () => {
      for (const [name, text] of Object.entries(TEXTS)) {
        let written = '';
        makeTextWriter({ write: (more) => (written += more) }, {})(text(trick));
        assertHarmless(written, name);
      }
    });

    it(`is stopped by the writer, if all else forgot it: ${shown}`, () => {
      let written = '';
      const write = makeTextWriter({ write: (text) => (written += text) }, {});
      write(`${style.bad('error:')} ${trick} ${style.good(trick)}\n`);
      assert.doesNotMatch(written.replaceAll(OWN_COLOUR, ''), FORBIDDEN);
      assert.doesNotMatch(stripVTControlCharacters(written), /^\s*::/m);
      assert.ok(written.startsWith('\u001b[31merror:\u001b[39m'));
    });
  }

  it('commands no live screen', async () => {
    for (const [name, run] of Object.entries(RUNS)) {
      const trick = TRICKS.join('');
      const { events, report } = run();
      const screen = new Screen(100, 30);
      let raw = '';
      const write = screen.write.bind(screen);
      screen.write = ((chunk: string, ...rest: never[]) => {
        raw += chunk;
        return write(chunk, ...rest);
      }) as typeof screen.write;
      const reporter = makeLiveReporter({
        write: makeTextWriter(screen, {}),
        style,
        verb: 'deploy',
        phases: PHASES,
        stream: screen,
        now: () => 0,
      });
      for (const event of poisoned(events, trick)) reporter.emit(event);
      await wait(250);
      await reporter.finish(poisoned(report, trick));
      for (const sequence of ['\u001b[2J', '\u001b[8m', '\u001b]', '\u009b', '\u202e', '\u200b', '\b'])
        assert.equal(raw.includes(sequence), false, `${name}: ${JSON.stringify(sequence)}`);
      assert.doesNotMatch(raw, /[\r\n](?:FORGED|\s*::)/, name);
    }
  });

  it('is no more than colours and lines behind the writer, whatever comes', () => {
    const part = fc.oneof(
      fc.constantFrom(...TRICKS, '::', '\n', '\u001b[', '31m', '#', '[', ' '),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const text = neutralize(parts.join(''));
        assert.doesNotMatch(text.replaceAll(OWN_COLOUR, ''), FORBIDDEN);
        assert.doesNotMatch(stripVTControlCharacters(text), /^\s*::/m);
        assert.equal(neutralize(text), text);
      }),
    );
  });
});

/** Documents and what is printed byte for byte, by file: everything else is text, and goes through makeTextWriter. */
const WRITES_DATA: Readonly<Record<string, number>> = {
  'cli/ciSystem.ts': 1, // GitHub's commands
  'cli/completion/complete.ts': 1, // plain words
  'cli/machineError.ts': 1, // JSON
  'cli/documents/printDeploys.ts': 1, // JSON
  'cli/plans/printPlan.ts': 2, // what begins and ends a part that a CI system folds up
  'cli/documents/printRead.ts': 1, // JSON
  'cli/documents/printStatus.ts': 1, // between two documents
  'cli/session.ts': 2, // JSON, and GitHub's commands
  'cli/help/showHelp.ts': 2, // texts of our own
  'commands/completion.ts': 1,
  'commands/plan.ts': 1, // JSON
  'commands/render.ts': 1,
  'commands/schedule.ts': 1,
  'main.ts': 2, // --version, and why the output is not whole
  'ui/live/frame.ts': 3, // lines that passed neutralize, and what moves the cursor
  'ui/writer.ts': 1,
};

it('every text of a command is written by makeTextWriter', () => {
  const root = new URL('../../src/', import.meta.url);
  const above = readdirSync(root).filter((name) => name.endsWith('.ts'));
  const rooms = ['cli/', 'commands/', 'ui/'].flatMap((room) =>
    readdirSync(new URL(room, root), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${room}${name.replaceAll('\\', '/')}`),
  );
  const files = [...above, ...rooms];
  const found = files.flatMap((file) => {
    const writes = readFileSync(new URL(file, root), 'utf8').match(
      /\b(?:stdout|stderr|stream|talk|output)\.write\(|console\.\w+\(/g,
    );
    return writes === null ? [] : [[file, writes.length] as const];
  });
  assert.deepEqual(Object.fromEntries(found), { ...WRITES_DATA, 'commands/sandbox.ts': 3 });
});

/** Plays what was recorded of a scene to the reporters, as a session of the command line would: on a terminal, in a log, on a CI system. */
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { randomUUID } from 'node:crypto';
import { commandIo } from '../../src/cli/io.js';
import { runSession } from '../../src/cli/session.js';
import type { Phase } from '../../src/engine/run/events.js';
import { PHASES } from '../../src/ui/run/phaseLine.js';
import type { Look, Recording, Step } from './recordScene.js';
import { installTime, type SimulatedTime } from './simulatedTime.js';
import { terminalAfter, type TerminalText } from './terminalText.js';

/** Where a run is shown. */
export interface Surface {
  readonly on: 'terminal' | 'pipe' | 'GitHub' | 'GitLab';
  /** Of the terminal; else of nothing. */
  readonly columns: number;
  readonly rows: number;
  readonly color: boolean;
  readonly ascii: boolean;
}

export interface Shown {
  /** stdout and stderr as they came, which a terminal shows in one. */
  readonly output: string;
  /** What stood there at each look of the scene, and at its question. */
  readonly looks: readonly { readonly name: string; readonly output: string }[];
  /** What GitHub shows above the log; '' elsewhere. */
  readonly summary: string;
  readonly exitCode: number;
}

const CI: Readonly<Record<Surface['on'], Readonly<Record<string, string>>>> = {
  terminal: {},
  pipe: {},
  GitHub: { CI: 'true', GITHUB_ACTIONS: 'true' },
  GitLab: { CI: 'true', GITLAB_CI: 'true' },
};

/** What each command goes through. */
const PHASES_OF: Readonly<Record<'deploy' | 'prune' | 'rollback', readonly Phase[]>> = {
  deploy: PHASES,
  prune: ['plan', 'prune'],
  rollback: PHASES.filter((phase) => phase !== 'render'),
};

/** Plays it in simulated time. */
export async function showScene(recording: Recording, surface: Surface): Promise<Shown> {
  const { scene, startedAt } = recording;
  const time = installTime(startedAt);
  const stdout = new Collector(surface);
  const stdin = Object.assign(new PassThrough(), { isTTY: surface.on === 'terminal' });
  const summaryFile = join(tmpdir(), `kapply-summary-${randomUUID()}.md`);
  const io = commandIo({
    program: 'kapply',
    stdin,
    stdout,
    stderr: stdout,
    env: {
      TERM: 'xterm-256color',
      LC_ALL: surface.ascii ? 'C' : 'C.UTF-8',
      ...(surface.color ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }),
      ...CI[surface.on],
      ...(surface.on === 'GitHub' ? { GITHUB_STEP_SUMMARY: summaryFile } : {}),
    },
    cwd: tmpdir(),
    now: time.now,
    onSignal: () => () => undefined,
    exit: () => undefined,
  });
  const looks: { name: string; output: string }[] = [];
  const look = (name: string): void => void looks.push({ name, output: stdout.text });
  const verb = scene.prune !== undefined ? 'prune' : scene.rollback === 'command' ? 'rollback' : 'deploy';
  try {
    const exitCode = await runSession(
      {
        ...{ io, verb, version: '0.0.0', output: 'text', color: 'auto', yes: false, eventsFile: undefined },
        ...{ annotate: 'auto', timestamps: false, phases: PHASES_OF[verb] },
      },
      async ({ emit, confirm }) => {
        const due = [...looksOf(recording.steps, scene.looks)];
        for (const step of recording.steps) {
          while (due[0] !== undefined && due[0].at <= step.at) {
            await time.moveTo(due[0].at);
            look(due.shift()?.name ?? '');
          }
          await time.moveTo(step.at);
          if ('event' in step) emit(step.event);
          else await answer(step, { confirm, stdin, time, look });
        }
        await time.moveTo(recording.endedAt);
        if ('error' in recording.end) throw recording.end.error;
        return recording.end.report;
      },
    );
    const summary = await readFile(summaryFile, 'utf8').catch(() => '');
    return { output: stdout.text, looks, summary, exitCode };
  } finally {
    time.uninstall();
    await rm(summaryFile, { force: true });
  }
}

interface Asking {
  readonly confirm: Parameters<Parameters<typeof runSession>[1]>[0]['confirm'];
  readonly stdin: PassThrough & { readonly isTTY: boolean };
  readonly time: SimulatedTime;
  readonly look: (name: string) => void;
}

async function answer(
  { at, confirmation, typed }: Extract<Step, { confirmation: unknown }>,
  { confirm, stdin, time, look }: Asking,
): Promise<void> {
  const answered = confirm(confirmation);
  // What asks is read from its file first, which takes as long as it takes.
  do await time.moveTo(at);
  while (stdin.isTTY && stdin.listenerCount('data') + stdin.listenerCount('keypress') === 0);
  if (stdin.isTTY) {
    look('at the question');
    stdin.write(`${typed}\r`);
  }
  await answered;
}

/** When the screen is looked at. */
function looksOf(steps: readonly Step[], looks: readonly Look[]): { readonly at: number; readonly name: string }[] {
  return looks.map(({ since, nth = 1, afterMs }) => {
    const [begun] = steps
      .filter(
        (step) =>
          'event' in step &&
          (since === 'lock'
            ? step.event.type === 'lockAwaited'
            : step.event.type === 'phaseStarted' && step.event.phase === since),
      )
      .slice(nth - 1);
    if (begun === undefined) throw new Error(`nothing begins to be looked at: ${since}`);
    return {
      at: begun.at + afterMs,
      name: `${afterMs / 1000}s after ${since === 'lock' ? 'the wait for the lock' : since} began${nth > 1 ? ` again` : ''}`,
    };
  });
}

/** What a terminal of this surface shows of the output. */
export function onTerminal(output: string, { columns, rows }: Surface): Promise<TerminalText> {
  return terminalAfter(output, columns, rows);
}

class Collector extends Writable {
  readonly isTTY: boolean;
  readonly columns: number;
  readonly rows: number;
  text = '';

  constructor({ on, columns, rows }: Surface) {
    super();
    this.isTTY = on === 'terminal';
    this.columns = this.isTTY ? columns : 0;
    this.rows = this.isTTY ? rows : 0;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** A command that only reads: its warnings go to stderr, its answer to stdout, and Ctrl-C ends it. */
import type { Cluster } from '../cluster/cluster.js';
import type { Emit, Target } from '../engine/run/events.js';
import { PlanRefusedError } from '../engine/plan/refusals/refusal.js';
import { KapplyError } from '../errors.js';
import { logLine } from '../ui/reporters/logLine.js';
import { refusalText } from '../ui/run/refusalText.js';
import type { Annotation } from '../ui/ci/githubAnnotations.js';
import { wrapTo } from '../ui/columns.js';
import { makeStyle, type Style } from '../ui/style.js';
import { decideTerminal, type Terminal } from '../ui/terminal.js';
import { targetLines } from '../ui/targetText.js';
import { cleanLine } from '../ui/untrusted.js';
import { makeTextWriter } from '../ui/writer.js';
import { hideSecrets } from '../objects/masks.js';
import { formatId } from '../objects/object.js';
import { annotateOnGithub, type Annotate } from './ciSystem.js';
import type { CommandIo } from './io.js';
import { reasonsAsCalled } from './programName.js';
import { stderrTerminal } from './reportError.js';
import { listenForStop } from './stopSignals.js';

export interface Reading {
  readonly style: Style;
  readonly terminal: Terminal;
  /** Writes text to stdout. */
  readonly say: (text: string) => void;
  /** What the command read, without what must not be shown: for its text and its document. */
  readonly shown: <T>(value: T) => T;
  /** Says on stderr what is looked at, and where values came from. */
  readonly announce: (
    cluster: Pick<Cluster, 'context' | 'server'>,
    where: Pick<Target, 'namespace' | 'namespaces' | 'set'>,
  ) => void;
  /** Prints warnings and lines of logs; a reading command shows no progress. */
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

export interface ReadingOptions {
  readonly color: 'auto' | 'always' | 'never';
  /** Of commands that read manifests, in which a failure has its place; else 'none'. */
  readonly annotate?: Annotate;
}

/** Runs the work of a command that only reads, and releases its signals afterwards. */
export async function runReading<T>(
  io: CommandIo,
  verb: string,
  { color, annotate = 'none' }: ReadingOptions,
  work: (reading: Reading) => Promise<T>,
): Promise<T> {
  const terminal = decideTerminal({ stream: io.stdout, env: io.env, color });
  const style = makeStyle(terminal.color);
  const warned = new Set<string>();
  const shown = <T>(value: T): T => hideSecrets(reasonsAsCalled(value, io), io.masks);
  const complain = makeTextWriter(io.stderr, io.env);
  const complaint = stderrTerminal(io);
  const emit: Emit = (told) => {
    const event = shown(told);
    if (event.type === 'log') {
      complain(`${logLine(event, complaint.style)}\n`);
      io.talk.log?.(logLine(event, makeStyle(false)));
      return;
    }
    if (event.type !== 'warning' || warned.has(event.message)) return;
    warned.add(event.message);
    complain(`${wrapTo(`${complaint.style.warn('warning:')} ${cleanLine(event.message)}`, complaint.width)}\n`);
    io.talk.log?.(`warning: ${cleanLine(event.message)}`);
  };
  const announce: Reading['announce'] = ({ context = null, server }, where) => {
    const target = shown({ context, server, ...where, pruneLabel: null, dryRun: null });
    const lines = targetLines(verb, target, io.origins, complaint.style);
    complain(lines.map((line) => `${line}\n`).join(''));
    io.talk.log?.(targetLines(verb, target, io.origins, makeStyle(false)).join('\n'));
  };
  const stop = listenForStop(io);
  try {
    return await work({
      style,
      terminal,
      say: makeTextWriter(io.stdout, io.env),
      shown,
      announce,
      emit,
      signal: stop.signal,
    });
  } catch (error) {
    // Field, owner and remedies, as a deploy says them: the error only counts the objects.
    if (error instanceof PlanRefusedError)
      complain(refusalText(shown(error.refusals), complaint.style, complaint.width));
    if (error instanceof KapplyError) annotateOnGithub(shown(annotationsOf(error, verb)), annotate, io);
    throw error;
  } finally {
    stop.release();
  }
}

/** One for each object that is refused, where it stands in the manifests; else one for what ended the command. */
function annotationsOf(error: KapplyError, verb: string): Annotation[] {
  const refused = [error, error.cause].find((one) => one instanceof PlanRefusedError);
  if (refused === undefined) {
    const { message, position } = error;
    return [{ title: `kapply ${verb}`, message, position }];
  }
  return refused.refusals.map(({ id, failure: { message, suggestions, position } }) => ({
    title: `${formatId(id)} refused`,
    message: [message, ...suggestions].join('\n'),
    position,
  }));
}

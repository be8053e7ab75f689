/** A status as it is now, as it changes, or until it is healthy: text for people, or JSON documents. */
import { refusePartlyBlind } from '../../engine/prune/refuseUnlisted.js';
import type { JobLogs } from '../../engine/rollout/jobLogs.js';
import { pause } from '../../engine/run/pause.js';
import type { Outgoing, SetStatus } from '../../engine/status/describeMembers.js';
import { followStatus, type FollowedStatus } from '../../engine/status/followStatus.js';
import { EXIT, KapplyError, type ExitCode } from '../../errors.js';
import { formatId } from '../../objects/object.js';
import { formatAge } from '../../ui/duration.js';
import { statusChangesText, statusText, type StatusTextOptions } from '../../ui/status/statusText.js';
import { isDocument, type DocumentOutput } from './documentText.js';
import { printRead, type PrintRead } from './printRead.js';

export interface PrintStatusFlags {
  readonly output: 'text' | DocumentOutput;
  readonly 'exit-code': boolean;
  readonly watch: boolean;
  readonly wait: boolean;
  /** For --wait, ms. */
  readonly timeoutMs: number;
}

export interface PrintStatus extends PrintRead, StatusTextOptions {
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
  /** What Jobs write, with --logs. */
  readonly jobLogs?: Pick<JobLogs, 'drain'> | undefined;
}

/** @throws KapplyError (exit 3, 4) where --wait was in vain and the output is text; with JSON, the document says it */
export async function printStatus(
  read: () => Promise<SetStatus>,
  flags: PrintStatusFlags,
  print: PrintStatus,
): Promise<ExitCode> {
  const { say, signal } = print;
  if (!flags.watch && !flags.wait) {
    const status = await read();
    const exitCode = flags['exit-code'] && !status.healthy ? EXIT.differences : EXIT.done;
    if (isDocument(flags.output)) return printDocument(status, print) || exitCode;
    say(statusText(status, print));
    refusePartlyBlind(status.unlisted, print.cluster);
    return exitCode;
  }
  const followed = await follow(read, flags, print).catch((error: unknown) => {
    // A watch has no other end: it is no error.
    if (flags.watch && signal.aborted && error === signal.reason) return undefined;
    throw error;
  });
  await print.jobLogs?.drain(() => true);
  if (followed === undefined) return (signal.reason as KapplyError).exitCode;
  const failure = failureOf(followed, flags.timeoutMs);
  if (isDocument(flags.output)) {
    const exitCode = printDocument(followed.status, print);
    return failure?.exitCode ?? exitCode;
  }
  if (failure !== undefined) throw failure;
  refusePartlyBlind(followed.status.unlisted, print.cluster);
  return EXIT.done;
}

function follow(
  read: () => Promise<SetStatus>,
  flags: PrintStatusFlags,
  print: PrintStatus,
): Promise<FollowedStatus<SetStatus>> {
  const { io, say, signal } = print;
  return followStatus({
    read,
    until: flags.wait ? 'healthy' : 'interrupted',
    timeoutMs: flags.timeoutMs,
    now: io.now,
    pause: (ms) => pause(ms, signal),
    onChange: (status, before) => {
      if (isDocument(flags.output)) {
        if (!flags.watch) return;
        // One document after another.
        if (flags.output === 'yaml') print.io.stdout.write('---\n');
        printDocument(status, print);
        return;
      }
      say(
        before === undefined
          ? statusText(status, print)
          : statusChangesText(before, status, { ...print, at: io.now() }),
      );
    },
  });
}

function printDocument({ unlisted, ...status }: SetStatus, print: PrintStatus): ExitCode {
  return printRead({ ...status, stale: status.stale.map(toldOf) }, unlisted, EXIT.done, print);
}

/** What docs/schemas/status.json says of it: the facts of a judgement differ by rule, and are not for readers to build on. */
function toldOf({ id, version, created, verdict, reason, inUseNow }: Outgoing): object {
  return { id, version, ...(created !== undefined && { created }), verdict, reason, inUseNow };
}

/** How many objects an error names. */
const MOST_NAMES = 5;

function failureOf(
  { outcome, status, unhealthy }: FollowedStatus<SetStatus>,
  timeoutMs: number,
): KapplyError | undefined {
  if (outcome === 'current') return undefined;
  const named = unhealthy.slice(0, MOST_NAMES).map(({ id, message }) => `${formatId(id)} (${message})`);
  const more = unhealthy.length > MOST_NAMES ? ` and ${unhealthy.length - MOST_NAMES} more` : '';
  const what =
    status.objects.length === 0
      ? 'nothing was found'
      : `${unhealthy.length} of ${status.objects.length} objects not healthy: ${named.join(', ')}${more}`;
  return outcome === 'failed'
    ? new KapplyError('NotHealthy', what, EXIT.rolloutFailed)
    : new KapplyError('StatusTimedOut', `${what}, after ${formatAge(timeoutMs)}`, EXIT.timedOut, {
        suggestions: ['--timeout gives it more time.'],
      });
}

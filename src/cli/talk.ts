/** How much a run says besides its result: -v, -vv, -q, --log-file. */
import { resolve } from 'node:path';
import type { RequestTrace } from '../cluster/requests/requestTrace.js';
import { inputError } from '../errors.js';
import { makeTextWriter } from '../ui/writer.js';
import type { CommandIo, Talk } from './io.js';
import { openFlagFile } from './openFlagFile.js';
import { shownBody } from './shownBody.js';

interface TalkFlags {
  readonly verbose?: string;
  readonly quiet?: boolean;
  readonly 'log-file'?: string;
}

/** @throws KapplyError (exit 2) where the log file cannot be written, or -q and -v are both given */
export function talkOf({ verbose = '0', quiet = false, 'log-file': file }: TalkFlags, io: CommandIo): Talk {
  if (quiet && verbose !== '0') throw inputError('UsageError', '-q and -v exclude each other');
  return { verbose: Number(verbose), quiet, log: file === undefined ? undefined : openLog(resolve(io.cwd, file), io) };
}

/** Each line with its time; the file is readable by its owner alone. */
function openLog(path: string, io: CommandIo): (text: string) => void {
  const writer = makeTextWriter({ write: openFlagFile('--log-file', path, io) }, io.env);
  return (text) => {
    const time = new Date(io.now()).toISOString();
    for (const line of text.split('\n')) if (line !== '') writer(`${time} ${line}\n`);
  };
}

/** What is to be told of every attempt of a request; undefined where nobody listens, so that no body is kept for it. */
export function requestListener(io: CommandIo): ((trace: RequestTrace) => void) | undefined {
  const { verbose, log } = io.talk;
  if (verbose === 0 && log === undefined) return undefined;
  const toStderr = makeTextWriter(io.stderr, io.env);
  return (trace) => {
    const text = traceLines(trace, verbose > 1, io).join('\n');
    if (verbose > 0) toStderr(`${text}\n`);
    log?.(text);
  };
}

/** `GET /api/v1/namespaces/shop/configmaps?limit=500 200 12 ms`, then what was sent and received. */
function traceLines(trace: RequestTrace, bodies: boolean, { masks }: CommandIo): string[] {
  const { method, path, status, ms, attempt, sent, received } = trace;
  const again = attempt > 1 ? `, attempt ${attempt}` : '';
  const line = `${method} ${masks.hideIn(path)} ${status} ${Math.round(ms)} ms${again}`;
  if (!bodies) return [line];
  const body = (mark: string, text: string | undefined): string[] =>
    text === undefined || text === '' ? [] : [`  ${mark} ${shownBody(text, path, masks).replaceAll('\n', '\\n')}`];
  return [line, ...body('>', sent), ...body('<', received)];
}

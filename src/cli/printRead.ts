/** What a reading command found, as one JSON document, with what it could not look at. */
import type { Cluster } from '../cluster/cluster.js';
import type { Unlisted } from '../engine/prune/candidates.js';
import { notAllListed, unlistedEntry } from '../engine/prune/refuseUnlisted.js';
import type { Emit } from '../engine/run/events.js';
import { EXIT, type ExitCode } from '../errors.js';
import type { CommandIo } from './io.js';

export interface PrintRead {
  readonly io: CommandIo;
  readonly cluster: Cluster;
  readonly emit: Emit;
  /** Cleans and masks. */
  readonly shown: <T>(value: T) => T;
}

/** @returns `exitCode`, or 6 where not everything could be listed: in an error that would be a second document */
export function printRead(
  found: object,
  unlisted: readonly Unlisted[],
  exitCode: ExitCode,
  { io, cluster, emit, shown }: PrintRead,
): ExitCode {
  const document = { schemaVersion: 1, ...found, unlisted: unlisted.map((one) => unlistedEntry(one, cluster)) };
  io.stdout.write(`${JSON.stringify(shown(document), undefined, 2)}\n`);
  if (unlisted.length === 0) return exitCode;
  emit({ type: 'warning', message: notAllListed(unlisted) });
  return EXIT.pruneIncomplete;
}

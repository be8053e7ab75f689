/** What a reading command found, as one document, with what it could not look at. */
import type { Cluster } from '../../cluster/cluster.js';
import type { Unlisted } from '../../engine/prune/candidate.js';
import { notAllListed, unlistedEntry } from '../../engine/prune/refuseUnlisted.js';
import type { Emit } from '../../engine/run/events.js';
import { EXIT, type ExitCode } from '../../errors.js';
import type { CommandIo } from '../io.js';

export interface PrintRead {
  readonly io: CommandIo;
  readonly cluster: Cluster;
  readonly emit: Emit;
  /** Cleans and masks. */
  readonly shown: <T>(value: T) => T;
  /** The text of a document. */
  readonly toText: (document: object) => string;
}

/** @returns `exitCode`, or 6 where not everything could be listed: in an error that would be a second document */
export function printRead(
  found: object,
  unlisted: readonly Unlisted[],
  exitCode: ExitCode,
  { io, cluster, emit, shown, toText }: PrintRead,
): ExitCode {
  const { warnings = [] } = found as { readonly warnings?: readonly string[] };
  const told = { ...found, warnings: [...io.warned, ...warnings] };
  const document = { schemaVersion: 1, ...told, unlisted: unlisted.map((one) => unlistedEntry(one, cluster)) };
  io.stdout.write(toText(shown(document)));
  if (unlisted.length === 0) return exitCode;
  emit({ type: 'warning', message: notAllListed(unlisted) });
  return EXIT.pruneIncomplete;
}

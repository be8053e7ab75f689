/** A verb that writes, from its flags to its exit code: what it reads, its cluster, and what the engine is handed. */
import type { Phase } from '../engine/run/events.js';
import type { RunContext } from '../engine/run/options.js';
import type { Report } from '../engine/run/report.js';
import type { ExitCode } from '../errors.js';
import { processRunner } from '../runner.js';
import type { CommandIo } from './io.js';
import type { ClusterFlags } from './flags/clusterFlags.js';
import { withCluster } from './openCluster.js';
import { protectionOf, type ProtectionFlags } from './settings/protection.js';
import { runSession, type Session, type SessionOptions } from './session.js';

export interface ReportFlags
  extends ProtectionFlags, Pick<SessionOptions, 'output' | 'color' | 'yes' | 'annotate' | 'timestamps'> {
  readonly 'events-file'?: string | undefined;
}

export interface WritingVerb<T> {
  readonly io: CommandIo;
  readonly version: string;
  /** What the run is called in its last line: `deploy`. */
  readonly verb: string;
  readonly phases: readonly Phase[];
  /** Reads what the run is about, before there is a cluster. */
  readonly load: (reading: Pick<Session, 'emit' | 'signal'>) => Promise<T>;
  readonly run: (loaded: T, context: RunContext) => Promise<Report>;
}

/** @returns the exit code of the report */
export async function runVerb<T>(
  flags: ReportFlags & ClusterFlags,
  { io, version, verb, phases, load, run }: WritingVerb<T>,
): Promise<ExitCode> {
  const { output, color, yes, annotate, timestamps } = flags;
  const shown = { output, color, yes, annotate, timestamps, eventsFile: flags['events-file'] };
  const session = { io, version, verb, phases, ...shown };
  return runSession(session, async ({ emit, signal, confirm }) => {
    // Nothing is connected to before the input is known to be good.
    const loaded = await load({ emit, signal });
    return withCluster(flags, { io, emit, version }, async (cluster) => {
      const protection = await protectionOf(cluster, flags, io);
      return run(loaded, { cluster, emit, signal, confirm, now: io.now, runner: processRunner(), protection });
    });
  });
}

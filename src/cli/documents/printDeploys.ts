/** `kapply history --set`: the recorded deploys of a set. Only metadata is read. */
import { checkSetName } from '../../engine/sets/setName.js';
import { EXIT, inputError, type ExitCode } from '../../errors.js';
import type { ClusterFlags } from '../flags/clusterFlags.js';
import { documentWriter, isDocument, type DocumentOutput } from './documentText.js';
import type { CommandIo } from '../io.js';
import { withCluster } from '../openCluster.js';
import { runReading } from '../reading.js';

interface DeploysFlags extends ClusterFlags {
  readonly set?: string | undefined;
  readonly selector?: string | undefined;
  readonly 'all-namespaces': boolean;
  readonly output: 'text' | DocumentOutput;
  readonly color: 'auto' | 'always' | 'never';
}

/** @throws KapplyError (exit 2): the flags, or no deploy is recorded */
export async function printDeploys(
  flags: DeploysFlags,
  family: string | undefined,
  io: CommandIo,
  version: string,
): Promise<ExitCode> {
  if (flags.set === undefined) throw inputError('UsageError', '--deploys of which set? Give --set NAME');
  const set = checkSetName(flags.set, '--set');
  if (family !== undefined || flags.selector !== undefined || flags['all-namespaces']) {
    throw inputError('UsageError', '--set shows deploys: NAME, -l and -A look for generated configs');
  }
  return runReading(io, 'history', flags, ({ style, terminal, say, shown, announce, emit, signal }) =>
    withCluster(flags, { io, emit, version }, async (cluster) => {
      const { readDeploys } = await import('../../engine/records/readDeploys.js');
      announce(cluster, { namespace: cluster.namespace, set });
      const read = shown(await readDeploys(set, cluster.namespace, { cluster, signal }));
      if (isDocument(flags.output)) {
        const { deploysDocument } = await import('./deploysDocument.js');
        const toText = await documentWriter(flags.output);
        io.stdout.write(toText(deploysDocument(read)));
        return EXIT.done;
      }
      const { deploysText } = await import('../../ui/status/deploysText.js');
      say(deploysText(read, { style, width: terminal.width, now: io.now() }));
      return EXIT.done;
    }),
  );
}

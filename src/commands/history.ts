import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { EXIT, type ExitCode } from '../errors.js';
import { ignoredKinds } from '../engine/uses/ignoredKinds.js';
import { BaseCommand } from '../cli/baseCommand.js';
import { documentWriter, isDocument } from '../cli/documents/documentText.js';
import { clusterFlags } from '../cli/flags/clusterFlags.js';
import { lookupFlags } from '../cli/flags/lookupFlags.js';
import { documentFlags } from '../cli/flags/outputFlags.js';
import { usesFlags } from '../cli/flags/pruneFlags.js';
import { lookupNamespaces } from '../cli/flags/lookupFlags.js';
import { withCluster } from '../cli/openCluster.js';
import { runReading } from '../cli/reading.js';

export default class History extends BaseCommand {
  static override summary = 'Show the revisions of generated configs, or with --set the recorded deploys.';
  static override description = `Lists the families of generated ConfigMaps and Secrets. A revision is current (a workload's template names it), in use
(an old pod still does), kept for a rollback, or stale. Only metadata is read.

With --set (or --deploys, where the environment or .kapply.yaml names the set): the recorded deploys of the set, newest first:
how each ended, when, by whom, from which commit. "kapply rollback" goes back to one of them.

Exit codes: 0 done; 2 usage or input error, a namespace that is not there among them; 5 nothing could be listed; 6 not everything
could be listed, so families, or who uses them, may be missing; 7 cluster unreachable.`;
  static override examples = [
    { description: 'All families of the namespace', command: '<%= config.bin %> history' },
    { description: 'One family, in every namespace', command: '<%= config.bin %> history db-cred -A' },
    { description: 'The deploys of a set', command: '<%= config.bin %> history --set shop' },
  ];
  static override args = {
    name: Args.string({ description: 'Name of the generator, without the hash.', required: false }),
  };
  static override flags = {
    ...documentFlags,
    ...clusterFlags,
    ...lookupFlags,
    ...usesFlags,
    set: Flags.string({ description: 'Show the recorded deploys of this set.', helpValue: 'NAME' }),
    deploys: Flags.boolean({ description: 'The same of the set that KAPPLY_SET or .kapply.yaml names.' }),
  };

  async run(): Promise<ExitCode> {
    const { flags, args } = await this.readInput(History);
    const { io } = this;
    const { version } = this.config;
    // The variable and the file say what a deploy is of: nobody who looks for configs means that.
    if (flags.deploys || (flags.set !== undefined && !io.origins.delete('set'))) {
      const { printDeploys } = await import('../cli/documents/printDeploys.js');
      return printDeploys(flags, args.name, io, version);
    }
    return runReading(io, 'history', flags, ({ style, terminal, say, shown, announce, emit, signal }) =>
      withCluster(flags, { io, emit, version }, async (cluster) => {
        const { readHistory } = await import('../engine/status/history.js');
        const { refusePartlyBlind } = await import('../engine/prune/refuseUnlisted.js');
        const { printRead } = await import('../cli/documents/printRead.js');
        const namespaces = lookupNamespaces(flags, cluster.namespace);
        announce(cluster, { namespace: namespaces === 'all' ? '' : cluster.namespace, set: '' });
        const { unlisted, ...read } = await readHistory(cluster, {
          selector: flags.selector,
          family: args.name,
          namespaces,
          ignoreUnlisted: ignoredKinds(flags['ignore-unlisted']),
          signal,
        });
        const history = shown(read);
        for (const message of history.warnings) emit({ type: 'warning', message });
        if (isDocument(flags.output)) {
          const toText = await documentWriter(flags.output);
          return printRead(history, unlisted, EXIT.done, { io, cluster, emit, shown, toText });
        }
        const { historyText } = await import('../ui/status/historyText.js');
        say(historyText(history.families, { style, width: terminal.width, namespaced: namespaces === 'all' }));
        refusePartlyBlind(unlisted, cluster);
        return EXIT.done;
      }),
    );
  }
}

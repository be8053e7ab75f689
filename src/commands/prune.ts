import { resolve } from 'node:path';
import * as Flags from '@oclif/core/flags';
import { inputError, type ExitCode } from '../errors.js';
import { PRUNE_DEFAULTS } from '../engine/run/defaults.js';
import { BaseCommand } from '../cli/baseCommand.js';
import { cleanupOptions } from '../cli/flags/deployOptions.js';
import { clusterFlags } from '../cli/flags/clusterFlags.js';
import { lookupFlags } from '../cli/flags/lookupFlags.js';
import { reportFlags } from '../cli/flags/outputFlags.js';
import { cleanupFlags, pruneFlags } from '../cli/flags/pruneFlags.js';
import { rolloutFlags } from '../cli/flags/rolloutFlags.js';
import { lookupNamespaces } from '../cli/flags/lookupFlags.js';
import { runVerb } from '../cli/runVerb.js';

export default class Prune extends BaseCommand {
  static override summary = 'Clean up without a render: delete labelled generated configs that nothing uses.';
  static override description = `Deletes ConfigMaps and Secrets that the selector matches, whose names end in a content hash, that nothing uses, and that
are older than an hour. Shows the plan and asks first; without a terminal it needs --yes.

Exit codes: 0 done; 2 usage or input error, or declined; 5 nothing could be listed; 6 not everything could be deleted, or
listed: what could be in use where nobody may look stays (--ignore-unlisted); 7 cluster unreachable.`;
  static override examples = [
    {
      description: 'What would be deleted, in all namespaces?',
      command: '<%= config.bin %> prune -l appconfig=myconfig -A --dry-run=server',
    },
    {
      description: 'Keep two earlier revisions of each config',
      command: '<%= config.bin %> prune -n shop -l appconfig=myconfig --keep 2',
    },
  ];
  static override flags = {
    'backup-dir': Flags.string({
      description: 'Write each object to this folder before it is deleted, readable by its owner alone.',
      helpValue: 'DIR',
    }),
    'backup-secrets': Flags.boolean({ description: 'Write Secret values to the backup as well, in clear.' }),
    ...cleanupFlags,
    'prune-kind': pruneFlags['prune-kind'],
    'prune-limit': pruneFlags['prune-limit'],
    keep: pruneFlags.keep,
    'keep-rollback': pruneFlags['keep-rollback'],
    adopt: pruneFlags.adopt,
    'ignore-unlisted': pruneFlags['ignore-unlisted'],
    'dry-run': rolloutFlags['dry-run'],
    timeout: rolloutFlags.timeout,
    yes: rolloutFlags.yes,
    'confirm-context': rolloutFlags['confirm-context'],
    ...reportFlags,
    ...clusterFlags,
    ...lookupFlags,
  };

  async run(): Promise<ExitCode> {
    const flags = await this.readFlags(Prune);
    const { io } = this;
    const { version } = this.config;
    const { selector } = flags;
    if (selector === undefined) throw inputError('UsageError', 'which objects? Give a label selector with -l');
    if (flags['backup-secrets'] && flags['backup-dir'] === undefined) {
      throw inputError('UsageError', '--backup-secrets needs --backup-dir');
    }
    const options = { ...PRUNE_DEFAULTS, ...cleanupOptions(flags), selector };
    const phases = options.dryRun === undefined ? (['plan', 'prune'] as const) : (['plan'] as const);
    return runVerb(flags, {
      io,
      version,
      phases,
      verb: 'prune',
      load: async () => {
        const folder = flags['backup-dir'];
        if (folder === undefined) return {};
        const { backupTo } = await import('../cli/backup.js');
        return { backup: backupTo({ folder: resolve(io.cwd, folder), secrets: flags['backup-secrets'] }) };
      },
      run: async (backup, context) => {
        const { pruneCluster } = await import('../engine/run/pruneCluster.js');
        const namespaces = lookupNamespaces(flags, context.cluster.namespace);
        return pruneCluster({ ...options, ...backup, namespaces }, context);
      },
    });
  }
}

import { resolve } from 'node:path';
import * as Flags from '@oclif/core/flags';
import { inputError, type ExitCode } from '../errors.js';
import { processRunner } from '../runner.js';
import { ignoredKinds } from '../engine/uses/ignoredKinds.js';
import { BaseCommand } from '../cli/baseCommand.js';
import { parseCount, parseDuration } from '../cli/flagValues.js';
import { clusterFlags, lookupFlags, pruneFlags, reportFlags, rolloutFlags } from '../cli/flags.js';
import { lookupNamespaces } from '../cli/lookupNamespaces.js';
import { withCluster } from '../cli/openCluster.js';
import { runSession } from '../cli/session.js';

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
    'older-than': Flags.string({
      description: 'Younger objects stay.',
      helpValue: 'DURATION',
      default: '1h',
    }),
    'plain-names': Flags.boolean({
      description: 'Also configs whose names do not end in a content hash; then any mention of a name is a use.',
    }),
    'backup-dir': Flags.string({
      description: 'Write each object to this folder before it is deleted, readable by its owner alone.',
      helpValue: 'DIR',
    }),
    'backup-secrets': Flags.boolean({ description: 'Write Secret values to the backup as well, in clear.' }),
    'include-newest': Flags.boolean({
      description:
        'Also the newest revision of each config: by default it stays, since something may find it by its label.',
    }),
    'prune-kind': pruneFlags['prune-kind'],
    'prune-limit': pruneFlags['prune-limit'],
    keep: pruneFlags.keep,
    'keep-rollback': pruneFlags['keep-rollback'],
    adopt: pruneFlags.adopt,
    'ignore-unlisted': pruneFlags['ignore-unlisted'],
    'dry-run': rolloutFlags['dry-run'],
    timeout: rolloutFlags.timeout,
    yes: rolloutFlags.yes,
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
    const dryRun = flags['dry-run'];
    const options = {
      selector,
      dryRun,
      pruneKinds: flags['prune-kind'] ?? [],
      plainNames: flags['plain-names'],
      includeNewest: flags['include-newest'],
      olderThanMs: parseDuration('older-than', flags['older-than'], Infinity),
      pruneLimit: parseCount('prune-limit', flags['prune-limit'], 0),
      keep: parseCount('keep', flags.keep, 0),
      keepRollback: flags['keep-rollback'],
      adopt: flags.adopt,
      ignoreUnlisted: ignoredKinds(flags['ignore-unlisted']),
      fieldManager: 'kapply',
      timeoutMs: parseDuration('timeout', flags.timeout),
    };
    const phases = dryRun === undefined ? (['plan', 'prune'] as const) : (['plan'] as const);
    return runSession(
      {
        io,
        version,
        phases,
        verb: 'prune',
        output: flags.output,
        color: flags.color,
        yes: flags.yes,
        eventsFile: flags['events-file'],
        annotate: flags.annotate,
      },
      ({ emit, signal, confirm }) =>
        withCluster(flags, { io, emit, version }, async (cluster) => {
          const { pruneCluster } = await import('../engine/run/pruneCluster.js');
          const context = { cluster, emit, signal, confirm, now: io.now, runner: processRunner() };
          const namespaces = lookupNamespaces(flags, cluster.namespace);
          const folder = flags['backup-dir'];
          if (folder === undefined) return pruneCluster({ ...options, namespaces }, context);
          const { backupTo } = await import('../cli/backup.js');
          const backup = backupTo({ folder: resolve(io.cwd, folder), secrets: flags['backup-secrets'] });
          return pruneCluster({ ...options, namespaces, backup }, context);
        }),
    );
  }
}

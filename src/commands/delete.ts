import type { ExitCode } from '../errors.js';
import { BaseCommand } from '../cli/baseCommand.js';
import { deleteOptions } from '../cli/flags/deployOptions.js';
import { applyFlags } from '../cli/flags/applyFlags.js';
import { clusterFlags } from '../cli/flags/clusterFlags.js';
import { reportFlags } from '../cli/flags/outputFlags.js';
import { pruneFlags } from '../cli/flags/pruneFlags.js';
import { rolloutFlags } from '../cli/flags/rolloutFlags.js';
import { sourceFlags } from '../cli/flags/sourceFlags.js';
import { loadObjects } from '../cli/loadObjects.js';
import { runVerb } from '../cli/runVerb.js';

export default class Delete extends BaseCommand {
  static override summary = 'Remove a set in reverse order, and wait until it is gone.';
  static override description = `Deletes what the kustomization or the manifests name and kapply applied, last wave first; configs only when nothing uses
them any more. With --prune-label also the stale configs of the set. A Namespace, CustomResourceDefinition,
PersistentVolume or PersistentVolumeClaim stays unless --prune-kind names it: others live in it. Asks first; without a
terminal it needs --yes.`;
  static override examples = [
    {
      description: 'Remove an overlay and everything that its generators left',
      command: '<%= config.bin %> delete -k overlays/dev --prune-label appconfig=myconfig',
    },
  ];
  static override flags = {
    ...sourceFlags,
    set: applyFlags.set,
    'prune-label': pruneFlags['prune-label'],
    'prune-kind': pruneFlags['prune-kind'],
    adopt: pruneFlags.adopt,
    'dry-run': rolloutFlags['dry-run'],
    timeout: rolloutFlags.timeout,
    lock: rolloutFlags.lock,
    'lock-timeout': rolloutFlags['lock-timeout'],
    supersede: rolloutFlags.supersede,
    yes: rolloutFlags.yes,
    'confirm-context': rolloutFlags['confirm-context'],
    ...reportFlags,
    ...clusterFlags,
  };

  async run(): Promise<ExitCode> {
    const flags = await this.readFlags(Delete);
    const { io } = this;
    const { version } = this.config;
    const options = deleteOptions(flags);
    const phases =
      options.dryRun === undefined ? (['render', 'plan', 'prune'] as const) : (['render', 'plan'] as const);
    return runVerb(flags, {
      io,
      version,
      phases,
      verb: 'delete',
      load: (reading) => loadObjects(flags, io, reading),
      run: async ({ objects, set }, context) => {
        const { deleteSet } = await import('../engine/run/deleteSet.js');
        return deleteSet(objects, { ...options, set }, context);
      },
    });
  }
}

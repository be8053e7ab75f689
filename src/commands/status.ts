import * as Flags from '@oclif/core/flags';
import { inputError, type ExitCode } from '../errors.js';
import { DEPLOY_DEFAULTS, PLAN_DEFAULTS } from '../engine/run/defaults.js';
import type { SetStatus } from '../engine/status/describeMembers.js';
import { ignoredKinds } from '../engine/uses/ignoredKinds.js';
import { BaseCommand } from '../cli/baseCommand.js';
import { documentWriter, isDocument } from '../cli/documents/documentText.js';
import { applyFlags } from '../cli/flags/applyFlags.js';
import { clusterFlags } from '../cli/flags/clusterFlags.js';
import { lookupFlags } from '../cli/flags/lookupFlags.js';
import { documentFlags } from '../cli/flags/outputFlags.js';
import { pruneFlags } from '../cli/flags/pruneFlags.js';
import { rolloutFlags } from '../cli/flags/rolloutFlags.js';
import { sourceFlags } from '../cli/flags/sourceFlags.js';
import { durationText, parseTimeout, timeoutText } from '../cli/flags/flagValues.js';
import { loadObjects } from '../cli/loadObjects.js';
import { lookupNamespaces } from '../cli/flags/lookupFlags.js';
import { withCluster } from '../cli/openCluster.js';
import { runReading } from '../cli/reading.js';
import { suggestSource } from '../cli/suggestSource.js';

export default class Status extends BaseCommand {
  static override summary = 'Show what runs, on which revision of each config, and which pods are stale.';
  static override description = `With -k or -f: every object of the set, with what differs from the manifests. With -l: the workloads that carry the labels.
A pod is stale when a plain-named ConfigMap or Secret that it read at its start was changed since: Kubernetes never
redeploys it by itself. It only gets and lists: --watch and --wait as well, every two seconds.

Exit codes: 0, or with --exit-code 1 when something is not healthy; with --wait 3 when something failed, 4 when the
time was up; 2 usage or input error, a namespace that is not there
among them; 5 nothing could be listed; 6 not everything could be listed, so objects, pods or reasons may be missing; 7 cluster unreachable.`;
  static override examples = [
    {
      description: 'An overlay, and what is stale of it',
      command: '<%= config.bin %> status -k overlays/prod --prune-label appconfig=myconfig',
    },
    {
      description: 'Until everything is healthy, whoever deployed it',
      command: '<%= config.bin %> status -k overlays/prod --wait --timeout 10m',
    },
    { description: 'In a script', command: '<%= config.bin %> status -l app=shop --exit-code -o json' },
  ];
  static override flags = {
    ...sourceFlags,
    ...documentFlags,
    set: applyFlags.set,
    'prune-label': pruneFlags['prune-label'],
    'ignore-unlisted': pruneFlags['ignore-unlisted'],
    'exit-code': Flags.boolean({
      description: 'Exit 1 when an object is not Current, or a pod is certain to be stale.',
    }),
    watch: Flags.boolean({
      char: 'w',
      description: 'Go on, and say what changes, until Ctrl-C.',
      exclusive: ['wait'],
    }),
    wait: Flags.boolean({
      description: 'Go on until everything is healthy, something fails, or the time is up. Applies nothing.',
    }),
    logs: rolloutFlags.logs,
    timeout: Flags.string({
      parse: timeoutText,
      description: 'How long --wait may take.',
      helpValue: 'DURATION',
      default: durationText(DEPLOY_DEFAULTS.timeoutMs),
    }),
    ...clusterFlags,
    ...lookupFlags,
  };

  async run(): Promise<ExitCode> {
    const flags = await this.readFlags(Status);
    const { io } = this;
    const { version } = this.config;
    const hasSource = flags.kustomize !== undefined || (flags.filename ?? []).length > 0;
    if (hasSource === (flags.selector !== undefined)) {
      throw inputError('UsageError', 'the status of what? Give one of -k DIR, -f PATH and -l SELECTOR', {
        suggestions: hasSource ? [] : suggestSource(io.cwd),
      });
    }
    const timeoutMs = parseTimeout(flags.timeout);
    // The variable and the file say whether a deploy waits: nobody who only looks means that.
    const isWaiting = flags.wait && !io.origins.delete('wait');
    const isTellingLogs = flags.logs && (isWaiting || !io.origins.delete('logs'));
    if (isTellingLogs && !isWaiting) throw inputError('UsageError', '--logs is for --wait');
    const options = {
      ...PLAN_DEFAULTS,
      namespace: flags.namespace,
      pruneLabel: flags['prune-label'],
      ignoreUnlisted: ignoredKinds(flags['ignore-unlisted']),
      validate: 'ignore',
      allowMissing: true,
    } as const;
    return runReading(io, 'status', flags, async ({ style, terminal, say, shown, announce, emit, signal }) => {
      const source = hasSource ? await loadObjects(flags, io, { emit, signal }) : undefined;
      return withCluster(flags, { io, emit, version }, async (cluster) => {
        const { namedNamespaces } = await import('../engine/run/namedNamespaces.js');
        announce(cluster, {
          namespace: flags['all-namespaces'] ? '' : cluster.namespace,
          ...(source !== undefined && { namespaces: namedNamespaces(source.objects, cluster.namespace) }),
          set: source === undefined ? '' : (source.set ?? ''),
        });
        const { readStatus } = await import('../engine/status/readStatus.js');
        const { readStatusByLabel } = await import('../engine/status/readStatusByLabel.js');
        const { makeJobLogs } = await import('../engine/rollout/jobLogs.js');
        const jobLogs = isTellingLogs ? makeJobLogs({ cluster, signal, now: io.now, emit }) : undefined;
        const context = { cluster, signal, now: io.now, jobLogs };
        const read = async (): Promise<SetStatus> => {
          const { unlisted, ...status } =
            source === undefined
              ? await readStatusByLabel(flags.selector ?? '', lookupNamespaces(flags, cluster.namespace), context)
              : await readStatus(
                  source.objects,
                  { ...options, set: source.set, readinessRules: source.readinessRules },
                  context,
                );
          for (const message of status.warnings) emit({ type: 'warning', message });
          return { ...shown(status), unlisted };
        };
        const { printStatus } = await import('../cli/documents/printStatus.js');
        const toText = await documentWriter(isDocument(flags.output) ? flags.output : 'json');
        const print = { io, cluster, emit, shown, toText, say, style, width: terminal.width, signal };
        try {
          return await printStatus(read, { ...flags, wait: isWaiting, timeoutMs }, { ...print, jobLogs });
        } finally {
          await jobLogs?.close();
        }
      });
    });
  }
}

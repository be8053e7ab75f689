import * as Flags from '@oclif/core/flags';
import { EXIT, inputError, type ExitCode } from '../errors.js';
import type { Json } from '../objects/object.js';
import { parsePruneSelector } from '../objects/selector.js';
import { ignoredKinds } from '../engine/uses/ignoredKinds.js';
import { BaseCommand } from '../cli/baseCommand.js';
import { usesFlags } from '../cli/flags/pruneFlags.js';
import { durationOf, parseCount } from '../cli/flags/flagValues.js';

/** Five fields, or one of the macros of robfig/cron, which Kubernetes uses. */
const CRON = /^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|@every \S+|(\S+\s+){4}\S+)$/;

/** Where a release puts its image: .github/workflows/release.yml. */
const IMAGE = 'ghcr.io/kapply/kapply';

export default class Schedule extends BaseCommand {
  static override summary = 'Print the manifests of a CronJob that runs "kapply prune" in the cluster.';
  static override description = `Prints a ServiceAccount, a role with just what a prune requests, its binding, and a CronJob that never runs twice at
once. Apply it with kubectl or kapply. The image is the one that this version was released with, or one of your own (--image),
built from the Dockerfile of this project.`;
  static override examples = [
    {
      description: 'Every night',
      command: '<%= config.bin %> schedule -l appconfig=myconfig --every "0 3 * * *" -n shop | kubectl apply -f -',
    },
  ];
  static override flags = {
    selector: Flags.string({ char: 'l', description: 'Label selector of what may be pruned.', helpValue: 'SELECTOR' }),
    every: Flags.string({ description: 'When, as cron says it.', helpValue: 'CRON' }),
    image: Flags.string({
      description: `Image of kapply (default: ${IMAGE}:VERSION, of this version).`,
      helpValue: 'IMAGE',
    }),
    name: Flags.string({ description: 'Name of everything that is made.', helpValue: 'NAME', default: 'kapply-prune' }),
    namespace: Flags.string({
      char: 'n',
      description: 'Namespace to run and to prune in.',
      helpValue: 'NS',
      default: 'default',
    }),
    'all-namespaces': Flags.boolean({ char: 'A', description: 'Prune in all namespaces: needs a ClusterRole.' }),
    'older-than': Flags.string({
      parse: durationOf('older-than', Infinity),
      description: 'Younger objects stay.',
      helpValue: 'DURATION',
      default: '1h',
    }),
    ...usesFlags,
    keep: Flags.string({ description: 'Earlier revisions of each config that stay.', helpValue: 'N', default: '0' }),
  };

  async run(): Promise<ExitCode> {
    const flags = await this.readFlags(Schedule);
    const { selector, every, keep } = flags;
    if (selector === undefined || every === undefined)
      throw inputError('UsageError', 'a schedule needs -l SELECTOR and --every CRON');
    parsePruneSelector(selector);
    if (!CRON.test(every)) {
      throw inputError('InvalidSchedule', `--every="${every}" is no cron expression`, {
        suggestions: ['Five fields: minute, hour, day, month, weekday, as in "0 3 * * *".'],
      });
    }
    parseCount('keep', keep, 0);
    const ignored = ignoredKinds(flags['ignore-unlisted']);
    const { ROLE_COMMENT, scheduleManifests } = await import('../engine/prune/schedule.js');
    const { emitDocuments } = await import('../render/yaml/emit.js');
    const where = flags['all-namespaces'] ? ['-A'] : ['-n', flags.namespace];
    const manifests = scheduleManifests({
      name: flags.name,
      namespace: flags.namespace,
      allNamespaces: flags['all-namespaces'],
      schedule: every,
      image: flags.image ?? `${IMAGE}:${this.config.version}`,
      args: [
        ...['prune', '-l', selector, ...where, '--older-than', flags['older-than'], '--keep', keep],
        ...ignored.flatMap((kind) => ['--ignore-unlisted', kind]),
        '--yes',
      ],
    });
    const [account, ...others] = manifests as unknown as Json[];
    this.io.stdout.write(`${emitDocuments([account ?? null])}---\n${ROLE_COMMENT}${emitDocuments(others)}`);
    return EXIT.done;
  }
}

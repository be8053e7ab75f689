import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { EXIT, inputError, type ExitCode } from '../errors.js';
import { ignoredKinds } from '../engine/uses/ignoredKinds.js';
import { BaseCommand } from '../cli/baseCommand.js';
import { documentWriter, isDocument } from '../cli/documents/documentText.js';
import { clusterFlags } from '../cli/flags/clusterFlags.js';
import { lookupFlags } from '../cli/flags/lookupFlags.js';
import { maskFlags } from '../cli/flags/outputFlags.js';
import { usesFlags } from '../cli/flags/pruneFlags.js';
import { lookupNamespaces } from '../cli/flags/lookupFlags.js';
import { withCluster } from '../cli/openCluster.js';
import { runReading } from '../cli/reading.js';
import type { Cluster } from '../cluster/cluster.js';
import type { Unused, UnusedOptions } from '../engine/status/readUnused.js';
import type { FoundUses } from '../engine/status/readUses.js';
import type { UnusedTextOptions } from '../ui/status/unusedText.js';

export default class Uses extends BaseCommand {
  static override summary = 'Show who uses a config, or any other object: through which field, in which revision.';
  static override description = `Looks for uses in all namespaces, by the rules that a prune goes by. The name of a generator stands for all of its
revisions. With --unused: the ConfigMaps and Secrets of a namespace that nothing names, by family. Only reads.

Exit codes: 0 done; 2 usage or input error, a name that nothing has and nothing names among them; 5 nothing could be listed;
6 not everything could be listed, so users may be missing; 7 cluster unreachable.`;
  static override examples = [
    { description: 'Who reads this config?', command: '<%= config.bin %> uses configmap/db-cred-9h2kf8d2tm' },
    { description: 'A picture for a pull request', command: '<%= config.bin %> uses secret/db -n shop -o mermaid' },
    { description: 'What can go?', command: '<%= config.bin %> uses --unused -n shop' },
  ];
  static override strict = false;
  static override args = {
    object: Args.string({ description: 'KIND/NAME, as kubectl takes it; several are allowed.', required: false }),
  };
  static override flags = {
    unused: Flags.boolean({ description: 'List the ConfigMaps and Secrets that nothing names, instead.' }),
    output: Flags.option({
      char: 'o',
      description: 'Text for people, one document, the names of the users, or a graph.',
      options: ['text', 'json', 'yaml', 'name', 'mermaid', 'dot'] as const,
      default: 'text',
    })(),
    ...maskFlags,
    ...clusterFlags,
    ...lookupFlags,
    ...usesFlags,
  };

  async run(): Promise<ExitCode> {
    const { flags, words: names } = await this.readInput(Uses);
    const { io } = this;
    const { version } = this.config;
    refuseContradictions(names, flags);
    return runReading(io, 'uses', flags, ({ style, terminal, say, shown, announce, emit, signal }) =>
      withCluster(flags, { io, emit, version }, async (cluster) => {
        const namespaces = lookupNamespaces(flags, cluster.namespace);
        announce(cluster, { namespace: namespaces === 'all' ? '' : cluster.namespace, set: '' });
        const { refusePartlyBlind } = await import('../engine/prune/refuseUnlisted.js');
        const { printRead } = await import('../cli/documents/printRead.js');
        const read = await readWhat(cluster, names, {
          selector: flags.selector,
          namespaces,
          ignoreUnlisted: ignoredKinds(flags['ignore-unlisted']),
          signal,
        });
        const { unlisted, ...found } = shown(read);
        for (const message of found.warnings) emit({ type: 'warning', message });
        if (isDocument(flags.output)) {
          const toText = await documentWriter(flags.output);
          return printRead(found, unlisted, EXIT.done, { io, cluster, emit, shown, toText });
        }
        say(await textOf(found, flags.output, { style, width: terminal.width, namespaced: namespaces === 'all' }));
        refusePartlyBlind(unlisted, cluster);
        return EXIT.done;
      }),
    );
  }
}

function refuseContradictions(
  names: readonly string[],
  flags: { readonly unused: boolean; readonly selector?: string | undefined; readonly output: string },
): void {
  if (flags.unused && names.length > 0) throw inputError('UsageError', '--unused looks at all, and takes no names');
  if (!flags.unused && names.length === 0)
    throw inputError('UsageError', 'the users of what? Give KIND/NAME, or --unused', {
      suggestions: ['kapply uses configmap/db-cred', 'kapply uses --unused'],
    });
  if (!flags.unused && flags.selector !== undefined) throw inputError('UsageError', '-l goes with --unused only');
  if (flags.unused && (flags.output === 'mermaid' || flags.output === 'dot'))
    throw inputError('UsageError', `--unused has no uses to draw: -o ${flags.output} goes with names`);
}

/** What nothing uses where there are no names; else who uses the named ones. */
async function readWhat(
  cluster: Cluster,
  names: readonly string[],
  options: UnusedOptions,
): Promise<FoundUses | Unused> {
  if (names.length === 0) return (await import('../engine/status/readUnused.js')).readUnused(cluster, options);
  return (await import('../engine/status/readUses.js')).readUses(cluster, { ...options, names });
}

async function textOf(
  found: Omit<FoundUses, 'unlisted'> | Omit<Unused, 'unlisted'>,
  output: 'text' | 'mermaid' | 'dot',
  options: UnusedTextOptions,
): Promise<string> {
  if ('families' in found) return (await import('../ui/status/unusedText.js')).unusedText(found, options);
  if (output === 'text') return (await import('../ui/status/usesText.js')).usesText(found.objects, options);
  const { dotText, mermaidText, usesGraph } = await import('../ui/status/usesGraph.js');
  return (output === 'dot' ? dotText : mermaidText)(usesGraph(found.objects));
}

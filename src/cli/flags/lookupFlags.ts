/** Flags of where a command looks that only reads, or cleans up. */
import * as Flags from '@oclif/core/flags';
import { inputError } from '../../errors.js';
import { CLUSTER } from './clusterFlags.js';
import { selectorText } from './flagValues.js';

/** Where to look, on commands that look at what is there. */
export const lookupFlags = {
  selector: Flags.string({
    char: 'l',
    description: 'Label selector.',
    helpValue: 'SELECTOR',
    parse: selectorText,
  }),
  'all-namespaces': Flags.boolean({ char: 'A', description: 'Look in all namespaces.' }),
  namespace: Flags.string({
    char: 'n',
    description: 'Namespace to look in, instead of that of the context.',
    helpValue: 'NS',
    helpGroup: CLUSTER,
  }),
};

/** Where -n, -A or the context say to look. */
export function lookupNamespaces(
  flags: { readonly namespace?: string | undefined; readonly 'all-namespaces': boolean },
  ofContext: string,
): readonly string[] | 'all' {
  if (!flags['all-namespaces']) return [ofContext];
  if (flags.namespace !== undefined) throw inputError('UsageError', '-A and -n exclude each other');
  return 'all';
}

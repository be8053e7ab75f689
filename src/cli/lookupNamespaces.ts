import { inputError } from '../errors.js';

/** Where -n, -A or the context say to look. */
export function lookupNamespaces(
  flags: { readonly namespace?: string | undefined; readonly 'all-namespaces': boolean },
  ofContext: string,
): readonly string[] | 'all' {
  if (!flags['all-namespaces']) return [ofContext];
  if (flags.namespace !== undefined) throw inputError('UsageError', '-A and -n exclude each other');
  return 'all';
}

import { kubectlWords } from '../cluster/kubectlWords.js';
import { shellCommand } from '../objects/shellCommand.js';
import type { ClusterFlags } from './flags/clusterFlags.js';

/**
 * The flags that name the cluster and the user, as they were given: for a command of ours that is proposed to be copied. A token is a
 * credential; what else was asked for (-n) is part of what the command names.
 */
export function clusterWords(flags: Partial<ClusterFlags>): string[] {
  const [, ...words] = kubectlWords(
    {
      kubeconfig: flags.kubeconfig,
      server: flags.server,
      certificateAuthority: flags['certificate-authority'],
      insecureSkipTlsVerify: flags['insecure-skip-tls-verify'],
      tlsServerName: flags['tls-server-name'],
      as: flags.as,
      asGroups: flags['as-group'],
      asUid: flags['as-uid'],
    },
    flags.context,
  );
  const state = flags['sandbox-state'];
  return [
    ...(flags.sandbox === true ? ['--sandbox'] : []),
    ...(state === undefined ? [] : ['--sandbox-state', state]),
    ...words,
  ];
}

/** The same with the namespace, for a shell: '' where nothing was given, and of a command that reaches no cluster. */
export function whereWords(flags: Readonly<Record<string, unknown>>): string {
  const { namespace, ...rest } = flags as Partial<ClusterFlags> & { readonly namespace?: string | undefined };
  return shellCommand([...(namespace === undefined ? [] : ['-n', namespace]), ...clusterWords(rest)]);
}

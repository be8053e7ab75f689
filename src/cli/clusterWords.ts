import { kubectlWords } from '../cluster/kubectlWords.js';
import type { ClusterFlags } from './flags/clusterFlags.js';

/**
 * The flags that name the cluster and the user, as they were given: for a command of ours that is proposed to be copied. A token is a
 * credential; what else was asked for (-n) is part of what the command names.
 */
export function clusterWords(flags: ClusterFlags): string[] {
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
    ...(flags.sandbox ? ['--sandbox'] : []),
    ...(state === undefined ? [] : ['--sandbox-state', state]),
    ...words,
  ];
}

import { hideUrlSecrets } from '../objects/urls.js';
import type { TargetOverrides } from './kubeconfig/resolveTarget.js';

/** kubectl's words for the same connection. A token is a credential: whoever has one given knows to give it again. */
export function kubectlWords(
  options: TargetOverrides & { readonly kubeconfig?: string | undefined },
  context: string | undefined,
): string[] {
  const named: readonly (readonly [string, string | undefined])[] = [
    ['--kubeconfig', options.kubeconfig],
    ['--context', context],
    ['--server', options.server === undefined ? undefined : hideUrlSecrets(options.server)],
    ['--certificate-authority', options.certificateAuthority],
    ['--tls-server-name', options.tlsServerName],
    ['--as', options.as],
    ...(options.asGroups ?? []).map((group) => ['--as-group', group] as const),
    ['--as-uid', options.asUid],
  ];
  return [
    'kubectl',
    ...named.flatMap(([flag, value]) => (value === undefined ? [] : [flag, value])),
    ...(options.insecureSkipTlsVerify === true ? ['--insecure-skip-tls-verify'] : []),
  ];
}

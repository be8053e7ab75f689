/** The flags that say which cluster is meant, and how it is spoken to; all but two of them are kubectl's. */
export interface ClusterFlags {
  readonly sandbox: boolean;
  readonly 'sandbox-state'?: string | undefined;
  readonly namespace?: string | undefined;
  readonly context?: string | undefined;
  readonly kubeconfig?: string | undefined;
  readonly server?: string | undefined;
  readonly token?: string | undefined;
  readonly 'certificate-authority'?: string | undefined;
  readonly 'insecure-skip-tls-verify': boolean;
  readonly 'tls-server-name'?: string | undefined;
  readonly as?: string | undefined;
  readonly 'as-group'?: readonly string[] | undefined;
  readonly 'as-uid'?: string | undefined;
  readonly 'request-timeout'?: string | undefined;
  readonly concurrency: string;
}

/** How a client reaches the sandbox. */
export interface KubeconfigOptions {
  readonly server: string;
  /** PEM of the certificate authority. */
  readonly ca: string;
  readonly token: string;
  readonly namespace?: string;
}

/** A kubeconfig as data; JSON is YAML, so it can be written to a file as it is. */
export function kubeconfigOf({ server, ca, token, namespace = 'default' }: KubeconfigOptions): object {
  const name = 'kapply-sandbox';
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace } }],
    'current-context': name,
  };
}

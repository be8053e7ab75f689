/** The only node of a sandbox. */
export const NODE_NAME = 'sandbox';

export const NODE_LABELS: Readonly<Record<string, string>> = {
  'kubernetes.io/arch': 'amd64',
  'kubernetes.io/hostname': NODE_NAME,
  'kubernetes.io/os': 'linux',
};

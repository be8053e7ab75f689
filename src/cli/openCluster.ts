/** From kubectl's connection flags to a cluster. */
import type { Cluster } from '../cluster/cluster.js';
import { CONCURRENCY } from '../cluster/concurrency.js';
import type { Emit } from '../engine/run/events.js';
import type { ClusterFlags } from './flags/clusterFlags.js';
import { parseCount, parseDuration } from './flags/flagValues.js';
import type { CommandIo } from './io.js';
import { learnFromCluster } from './learningCluster.js';
import { requestListener } from './talk.js';

/** Runs the work with the cluster that the flags name, and closes it afterwards. The cluster code is loaded only here. */
export async function withCluster<T>(
  flags: ClusterFlags,
  { io, emit, version }: { readonly io: CommandIo; readonly emit: Emit; readonly version: string },
  work: (cluster: Cluster) => Promise<T>,
): Promise<T> {
  if (flags.sandbox) {
    const { withSandboxCluster } = await import('./sandboxCluster.js');
    return withSandboxCluster(flags, io, (kubeconfig) =>
      openAndWork({ ...flags, sandbox: false, kubeconfig }, { io, emit, version, isShortLived: true }, work),
    );
  }
  return openAndWork(flags, { io, emit, version, isShortLived: false }, work);
}

interface Opening {
  readonly io: CommandIo;
  readonly emit: Emit;
  readonly version: string;
  /** True for a cluster that goes with this command: kubectl will not find it. */
  readonly isShortLived: boolean;
}

async function openAndWork<T>(
  flags: ClusterFlags,
  { io, emit, version, isShortLived }: Opening,
  work: (cluster: Cluster) => Promise<T>,
): Promise<T> {
  const { connect } = await import('../cluster/connect.js');
  const timeout = flags['request-timeout'];
  const cluster = await connect({
    env: io.env,
    kubeconfig: flags.kubeconfig,
    context: flags.context,
    namespace: flags.namespace,
    server: flags.server,
    token: flags.token,
    certificateAuthority: flags['certificate-authority'],
    // Absent is not false: the kubeconfig may say true.
    insecureSkipTlsVerify: flags['insecure-skip-tls-verify'] || undefined,
    tlsServerName: flags['tls-server-name'],
    as: flags.as,
    asGroups: flags['as-group'],
    asUid: flags['as-uid'],
    requestTimeoutMs: timeout === undefined ? undefined : parseDuration('request-timeout', timeout),
    concurrency: parseCount('concurrency', flags.concurrency, 1, CONCURRENCY.most),
    userAgent: `kapply/${version}`,
    // An exec plugin may ask for a password or show a link only where somebody sees it. Asked when there is one: asking opens stdin.
    get interactive() {
      return io.stdin.isTTY === true;
    },
    warn: (message) => emit({ type: 'warning', message }),
    trace: requestListener(io),
    ...(isShortLived && { kubectl: [] }),
  });
  try {
    return await work(learnFromCluster(cluster, io.masks));
  } finally {
    await cluster.close();
  }
}

/** Flags of which cluster is meant, and how it is spoken to; all but a few of them are kubectl's. */
import * as Flags from '@oclif/core/flags';
import { CONCURRENCY } from '../../cluster/concurrency.js';
import { durationOf } from './flagValues.js';

/** Their heading in a help text. */
export const CLUSTER = 'CLUSTER';

/** Which server, and as whom. */
export const clusterFlags = {
  sandbox: Flags.boolean({
    description: 'Instead of a cluster, an embedded Kubernetes API whose state is kept in a file.',
    helpGroup: CLUSTER,
  }),
  'sandbox-state': Flags.string({
    description: 'That file; default sandbox.json in the state folder of kapply.',
    helpValue: 'FILE',
    helpGroup: CLUSTER,
  }),
  namespace: Flags.string({
    char: 'n',
    description: 'Namespace of objects that name none; an object that names another one is an error.',
    helpValue: 'NS',
    helpGroup: CLUSTER,
  }),
  context: Flags.string({ description: 'Context of the kubeconfig.', helpValue: 'NAME', helpGroup: CLUSTER }),
  kubeconfig: Flags.string({
    description: 'Kubeconfig file, instead of KUBECONFIG and ~/.kube/config.',
    helpValue: 'FILE',
    helpGroup: CLUSTER,
  }),
  server: Flags.string({ char: 's', description: 'URL of the API server.', helpValue: 'URL', helpGroup: CLUSTER }),
  token: Flags.string({ description: 'Bearer token.', helpValue: 'TOKEN', helpGroup: CLUSTER }),
  'certificate-authority': Flags.string({
    description: "File with the server's certificate authority.",
    helpValue: 'FILE',
    helpGroup: CLUSTER,
  }),
  'insecure-skip-tls-verify': Flags.boolean({
    description: "Do not check the server's certificate. Anyone in between can read and change everything.",
    helpGroup: CLUSTER,
  }),
  'tls-server-name': Flags.string({
    description: "Name to check the server's certificate against.",
    helpValue: 'NAME',
    helpGroup: CLUSTER,
  }),
  as: Flags.string({ description: 'User to impersonate.', helpValue: 'USER', helpGroup: CLUSTER }),
  'as-group': Flags.string({
    description: 'Group to impersonate; repeatable.',
    helpValue: 'GROUP',
    multiple: true,
    multipleNonGreedy: true,
    helpGroup: CLUSTER,
  }),
  'as-uid': Flags.string({ description: 'UID to impersonate.', helpValue: 'UID', helpGroup: CLUSTER }),
  'request-timeout': Flags.string({
    parse: durationOf('request-timeout'),
    description:
      'For one request, after which it fails; 0 is none. By default a read has 30s and a write 70s, and is then tried again.',
    helpValue: 'DURATION',
    helpGroup: CLUSTER,
  }),
  verbose: Flags.option({
    char: 'v',
    description: 'Say each request on stderr (-v), with its bodies (-vv); values of Secrets are masked.',
    options: ['0', '1', '2'] as const,
    default: '0',
    helpGroup: CLUSTER,
  })(),
  'log-file': Flags.string({
    description: 'Write requests and text, each line with its time, to this file.',
    helpValue: 'FILE',
    helpGroup: CLUSTER,
  }),
  concurrency: Flags.string({
    description: `Requests in flight at once, at most ${CONCURRENCY.most}.`,
    helpValue: 'N',
    default: String(CONCURRENCY.usual),
    helpGroup: CLUSTER,
  }),
};

/** Their values. */
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

/**
 * What goes wrong between a pipeline and its cluster, as a table: the same cases are tried on the sandbox (faults.test.ts) and on a
 * real API server behind a relay (e2e/scenarios/faults.test.ts).
 */
import type { Faults, RequestRecord } from '../../src/sandbox/index.js';

/** One request of so many, of those that are meant. */
export function every(
  nth: number,
  meant: (request: RequestRecord) => boolean = () => true,
): (request: RequestRecord) => boolean {
  let count = 0;
  return (request) => meant(request) && ++count % nth === 0;
}

/** A request that changes something. */
export const isWrite = ({ verb }: RequestRecord): boolean => !['get', 'list', 'watch', ''].includes(verb);

/** What only a relay before a server can do. */
export interface Wire {
  /** All connections of now fall silent: what is sent on them arrives nowhere, and nobody closes them. */
  readonly swallow: () => void;
  /** The token that clients have is refused from now on; the file and the plugin of their kubeconfig know the next one. */
  readonly rotateToken: () => void;
}

export interface FaultCase {
  readonly plan: (faults: Faults, wire: Wire) => void;
  /** What it can be tried on, where that is not both: a clock that jumps is the sandbox's. */
  readonly only?: 'sandbox' | 'relay';
  /** How the client gets its token: by default it stands in the kubeconfig. */
  readonly credentials?: 'file' | 'plugin';
  /** It waits for the time-outs of the connection, by a real clock. */
  readonly isSlow?: boolean;
  /** Exit codes that tell the truth; by default the command must come through. */
  readonly ends?: readonly number[];
  /** What it must say. */
  readonly says?: RegExp;
  /** What it must warn of, however it ends. */
  readonly warns?: RegExp;
  /** How far the clock of whoever runs kapply is ahead of the server's, in ms. */
  readonly ahead?: number;
  /** It may keep what it would have pruned until the fault is over. */
  readonly keepsMore?: boolean;
}

/**
 * A cut ends all that is on the connection: more of them at once would use up the attempts of one request, and so would one more than
 * these where a request is slow enough to meet them all.
 */
const CUTS = 7;

/** By what goes wrong. */
export const FAULTS: Readonly<Record<string, FaultCase>> = {
  'answers that come late': {
    plan: (faults) => faults.add({ kind: 'latency', ms: 40 }, { times: Infinity }),
  },
  'a storm of 429': {
    plan: (faults) => faults.add({ kind: 'refuse', code: 429, retryAfter: 0 }, { on: every(3), times: 30 }),
  },
  'a server that is too busy for a while (503)': {
    plan: (faults) => faults.add({ kind: 'refuse', code: 503, retryAfter: 0 }, { on: every(4), times: 20 }),
  },
  'connections cut before a request takes effect': {
    plan: (faults) => faults.add({ kind: 'reset', when: 'before' }, { on: every(9), times: CUTS }),
  },
  'connections cut after a request took effect': {
    plan: (faults) => faults.add({ kind: 'reset', when: 'after' }, { on: every(9), times: CUTS }),
  },
  'every write answered by a cut, the first time': {
    plan: (faults) => faults.add({ kind: 'reset', when: 'after' }, { on: every(2, isWrite), times: CUTS }),
  },
  'bodies in pieces': {
    plan: (faults) => faults.add({ kind: 'slowBody', ms: 5, pieces: 4 }, { times: Infinity }),
  },
  'watches that break after each event': {
    plan: (faults) => faults.add({ kind: 'cutWatch', after: 1 }, { times: 6 }),
  },
  'pages and watches that expire': {
    plan: (faults) => faults.add({ kind: 'expire' }, { times: 6 }),
  },
  'a server whose clock is an hour behind': { plan: () => undefined, ahead: 3_600_000 },
  'a server whose clock is an hour ahead': { plan: () => undefined, ahead: -3_600_000 },
  'a server whose clock jumps an hour ahead': { plan: (faults) => faults.skewClock(3_600_000), only: 'sandbox' },
  // All that was there before is then younger than the run, as what another run creates meanwhile: it stays.
  'a server whose clock jumps an hour back': {
    plan: (faults) => faults.skewClock(-3_600_000),
    only: 'sandbox',
    keepsMore: true,
    warns: /in the future, by the server's clock: it was set back/,
  },
  'credentials that expire in the middle': {
    plan: (faults) => faults.add({ kind: 'refuse', code: 401 }, { skip: 45, times: Infinity }),
    ends: [7],
    says: /401|[Uu]nauthorized|credentials/,
  },
  'credentials that expire before the first write': {
    plan: (faults) => faults.add({ kind: 'refuse', code: 401 }, { on: isWrite, times: Infinity }),
    ends: [7],
    says: /401|[Uu]nauthorized|credentials/,
  },
  'a server that is gone from some request on': {
    plan: (faults) => faults.add({ kind: 'reset', when: 'before' }, { skip: 50, times: Infinity }),
    ends: [7],
  },
  'a webhook that times out at every write': {
    plan: (faults) =>
      faults.add(
        { kind: 'refuse', code: 500, message: 'failed calling webhook "guard.example.com": context deadline exceeded' },
        {
          on: ({ verb, resource }) => ['create', 'patch', 'delete'].includes(verb) && resource !== 'leases',
          times: Infinity,
        },
      ),
    // 9: an approved plan that cannot be tried is not carried out.
    ends: [5, 6, 9],
    says: /guard\.example\.com/,
  },
  // helm/helm#11426: a 500 without a reason, before or after the write took effect.
  'an etcd that elects a leader': {
    plan: (faults) =>
      faults.add({ kind: 'refuse', code: 500, message: 'etcdserver: leader changed' }, { on: every(5), times: 15 }),
  },
  'a load balancer that has no server for a while (502)': {
    plan: (faults) => faults.add({ kind: 'refuse', code: 502 }, { on: every(5), times: 15 }),
  },
  'a gateway whose server is slow (504)': {
    plan: (faults) => faults.add({ kind: 'refuse', code: 504 }, { on: every(7), times: 10 }),
  },
  'a storm of 429 that does not say when to come back': {
    plan: (faults) => faults.add({ kind: 'refuse', code: 429 }, { on: every(3), times: 20 }),
  },
  'answers cut in their middle': {
    plan: (faults) => faults.add({ kind: 'reset', when: 'within' }, { on: every(9), times: CUTS }),
  },
  'a token file whose token is rotated in the middle': {
    plan: (faults, wire) => {
      // Far apart: a request that meets two of them is refused twice, and then it is the server's opinion.
      faults.add({ kind: 'meanwhile', act: wire.rotateToken }, { skip: 20 });
      faults.add({ kind: 'meanwhile', act: wire.rotateToken }, { on: isWrite, skip: 8 });
    },
    only: 'relay',
    credentials: 'file',
  },
  'a credential plugin whose tokens end in the middle': {
    plan: (faults, wire) => {
      // Far apart: a request that meets two of them is refused twice, and then it is the server's opinion.
      faults.add({ kind: 'meanwhile', act: wire.rotateToken }, { skip: 20 });
      faults.add({ kind: 'meanwhile', act: wire.rotateToken }, { on: isWrite, skip: 8 });
    },
    only: 'relay',
    credentials: 'plugin',
  },
  'watches that a proxy holds back': {
    plan: (faults) => faults.add({ kind: 'holdWatch' }, { times: Infinity }),
    only: 'relay',
    isSlow: true,
  },
  'connections that fall silent in the middle': {
    plan: (faults, wire) => faults.add({ kind: 'meanwhile', act: wire.swallow }, { on: isWrite, skip: 8 }),
    only: 'relay',
    isSlow: true,
  },
};

/**
 * What etcd says through the API server, which hands it on as a 500 without a reason of its own: here the text has to tell. Helm
 * reads it likewise (helm/helm#11426, pkg/kube/roundtripper.go).
 */
import type { Status } from '../apiError.js';

/**
 * While a cluster of etcd elects a leader, loses a member or is slow (etcd api/v3rpc/rpctypes, error.go). Whether the write was
 * carried out, nobody knows.
 */
const PASSING = [
  'etcdserver: leader changed',
  'etcdserver: no leader',
  'etcdserver: not leader',
  'etcdserver: leader not ready',
  'etcdserver: leadership transfer failed',
  'etcdserver: request timed out',
  'etcdserver: server stopped',
  'etcdserver: too many requests',
  'etcdserver: unhealthy cluster',
  'raft proposal dropped',
] as const;

/** Beyond --max-request-bytes of etcd, 1.5 MiB by default, and beyond what a gRPC message may have. */
const TOO_LARGE = [/etcdserver: request is too large/, /trying to send message larger than max/];

/** True for a failure of the storage that is over in a moment. */
export function isStoragePassing(httpStatus: number, { message = '' }: Status): boolean {
  return httpStatus >= 500 && PASSING.some((words) => message.includes(words));
}

/** True where the object does not fit: no right and no field is at fault. */
export function isTooLarge(httpStatus: number, { message = '' }: Status): boolean {
  return httpStatus === 413 || (httpStatus >= 500 && TOO_LARGE.some((words) => words.test(message)));
}

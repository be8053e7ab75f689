/** Rules for what serves and watches: Knative, the Gateway API and the Prometheus operator. */
import { has, of, shipped } from './conditions.js';

/** Of Knative. */
export const knative = shipped('serving.knative.dev', ['Service', 'Configuration', 'Revision', 'Route'], {
  // Unknown is on its way. False may pass: a container that crashed is started again, a traffic target may come.
  failing: has('Ready', 'False'),
  current: has('Ready', 'True'),
});

/** Of the Prometheus operator. */
export const prometheus = shipped(
  'monitoring.coreos.com',
  ['Prometheus', 'PrometheusAgent', 'Alertmanager', 'ThanosRuler'],
  {
    current: `${has('Available', 'True')} && ${has('Reconciled', 'True')}`,
    speaks: ['Available'],
  },
);

const PARENT_HAS = (type: string, status: string, reasons?: readonly string[]): string =>
  `p.conditions.exists(c, ${of(type, status, reasons)})`;
/** What the route leaves out may be filled in. */
const IS_OF_PARENT = ['namespace', 'sectionName']
  .map((field) => `r.?${field}.orValue(p.parentRef.?${field}.orValue('')) == p.parentRef.?${field}.orValue('')`)
  .concat('p.parentRef.name == r.name')
  .join(' && ');

/** Of the Gateway API. */
export const gatewayApi = [
  ...shipped('gateway.networking.k8s.io', ['GatewayClass'], {
    failing: has('Accepted', 'False', ['InvalidParameters', 'Unsupported', 'UnsupportedVersion']),
    current: has('Accepted', 'True'),
    speaks: ['Accepted'],
  }),
  ...shipped('gateway.networking.k8s.io', ['Gateway', 'ListenerSet'], {
    failing: has('Accepted', 'False', ['InvalidParameters', 'UnsupportedAddress', 'Invalid', 'NotAllowed']),
    current: `${has('Accepted', 'True')} && ${has('Programmed', 'True')}`,
  }),
  // Each parent has its controller: as many have to answer as the route names.
  ...shipped('gateway.networking.k8s.io', ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'], {
    failing: `status.parents.exists(p, ${PARENT_HAS('Accepted', 'False', [
      'NotAllowedByListeners',
      'NoMatchingListenerHostname',
      'UnsupportedValue',
      'IncompatibleFilters',
    ])}) || status.parents.exists(p, ${PARENT_HAS('ResolvedRefs', 'False', ['InvalidKind', 'UnsupportedProtocol'])})`,
    current:
      `spec.?parentRefs.orValue([]).all(r, status.parents.exists(p, ${IS_OF_PARENT})) && ` +
      `status.parents.all(p, ${PARENT_HAS('Accepted', 'True')} && ${PARENT_HAS('ResolvedRefs', 'True')})`,
  }),
];

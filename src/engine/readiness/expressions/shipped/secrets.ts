/** Rules for what makes Secrets: cert-manager and External Secrets. */
import { CONDITIONS, IS_SEEN, has, shipped } from './conditions.js';

/** Of cert-manager. */
export const certManager = [
  // A failed issuance is tried again after an hour at the earliest. One that renews what is still good is no failure.
  ...shipped('cert-manager.io', ['Certificate'], {
    failed: `${CONDITIONS}.exists(c, c.type == 'Issuing' && c.status == 'False' && c.reason != 'Issued' && ${IS_SEEN}) && !${has('Ready', 'True')}`,
    current: has('Ready', 'True'),
    speaks: ['Issuing'],
  }),
  ...shipped('cert-manager.io', ['CertificateRequest'], {
    failed: `${has('Ready', 'False', ['Failed', 'Denied'])} || ${has('Denied', 'True')} || ${has('InvalidRequest', 'True')}`,
    current: has('Ready', 'True'),
    speaks: ['Denied', 'InvalidRequest'],
  }),
  // A Secret that is not there yet and an ACME server that does not answer pass.
  ...shipped('cert-manager.io', ['Issuer', 'ClusterIssuer'], {
    failing: has('Ready', 'False', ['InvalidConfig', 'InvalidURL', 'InvalidSolver', 'ErrInvalidKeyPair']),
    current: has('Ready', 'True'),
  }),
];

/** The generation, with a hash: without one it was never synced, or it is of a kind of refresh that does not look at changes. */
const ESO_SYNCED =
  `(!has(status.syncedResourceVersion) || spec.?refreshPolicy.orValue('') == 'CreatedOnce' || ` +
  `spec.?refreshInterval.orValue('1h').startsWith('0') || ` +
  `status.syncedResourceVersion.startsWith(string(metadata.generation) + '-'))`;

/** Of External Secrets. */
export const externalSecrets = [
  ...shipped('external-secrets.io', ['ExternalSecret', 'PushSecret'], {
    current: `${has('Ready', 'True')} && ${ESO_SYNCED}`,
  }),
  ...shipped('external-secrets.io', ['ClusterExternalSecret', 'SecretStore', 'ClusterSecretStore'], {
    current: has('Ready', 'True'),
  }),
];

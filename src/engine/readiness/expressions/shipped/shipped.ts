/**
 * When custom resources that many clusters have are ready, where the general rule (the condition Ready, docs/readiness.md) would not
 * tell: after what their controllers write, by their sources. test/fixtures/engine/shippedRules.yaml names the files, and has an
 * object for each state of each kind. Others can be added in `.kapply.yaml`.
 */
import type { ShippedRule } from '../expressions.js';
import { argo, crossplane } from './delivery.js';
import { clusterApi, kubevirt } from './machines.js';
import { certManager, externalSecrets } from './secrets.js';
import { gatewayApi, knative, prometheus } from './serving.js';
import { strimzi } from './strimzi.js';

export const SHIPPED: readonly ShippedRule[] = [
  ...certManager,
  ...knative,
  ...crossplane,
  ...strimzi,
  ...kubevirt,
  ...clusterApi,
  ...externalSecrets,
  ...prometheus,
  ...gatewayApi,
  ...argo,
];

/** The IAMPolicyGenerator: a ServiceAccount that is bound to one of a cloud (api/filters/iampolicygenerator). */
import { inputError } from '../../errors.js';
import type { Target } from '../build/build.js';
import { type Resource, fieldAt, makeResource } from '../resources/resource.js';
import { emptyMap, textUnlessNull } from '../resources/tree.js';

/**
 * The ServiceAccount of an IAMPolicyGenerator, bound to Google Cloud's service account by an annotation.
 * @throws KapplyError `InvalidPlugin` for any cloud but gke
 */
export function makeIamPolicy({ tree, source }: Resource, { build }: Target): Resource {
  const text = (...path: readonly string[]): string => textUnlessNull(fieldAt(tree, ...path));
  if (text('cloud') !== 'gke') {
    throw inputError('InvalidPlugin', `the cloud of an IAMPolicyGenerator is gke, not ${text('cloud') || 'empty'}`, {
      position: source,
    });
  }
  const account = emptyMap();
  account.apiVersion = 'v1';
  account.kind = 'ServiceAccount';
  const metadata = emptyMap();
  const annotations = emptyMap();
  annotations['iam.gke.io/gcp-service-account'] =
    `${text('serviceAccount', 'name')}@${text('serviceAccount', 'projectId')}.iam.gserviceaccount.com`;
  metadata.annotations = annotations;
  metadata.name = text('kubernetesService', 'name');
  const namespace = text('kubernetesService', 'namespace');
  if (namespace !== '') metadata.namespace = namespace;
  account.metadata = metadata;
  return makeResource(account, source, build.openApi);
}

/** Kinds of Kubernetes' own that have rules of their own in many rooms. Other groups have kinds of the same name: Volcano's Job. */
import { groupOf, type KubeObject, type ObjectId } from './object.js';

type OfKind = Pick<KubeObject, 'apiVersion' | 'kind'>;
type IdOfKind = Pick<ObjectId, 'group' | 'kind'>;

/** True for the id of a batch Job. */
export function isJobId({ group, kind }: IdOfKind): boolean {
  return group === 'batch' && kind === 'Job';
}

/** True for a batch Job. */
export function isJob({ apiVersion, kind }: OfKind): boolean {
  return isJobId({ group: groupOf(apiVersion), kind });
}

/** True for a Secret. */
export function isSecret({ apiVersion, kind }: OfKind): boolean {
  return kind === 'Secret' && groupOf(apiVersion) === '';
}

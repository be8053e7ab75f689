import { isJsonObject } from '../../objects/json.js';
import { ApiError } from '../apiError.js';
import type { RequestOptions } from '../cluster.js';
import type { ApiClient } from './apiClient.js';

const PATH = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
const REVIEW = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' });

/**
 * The user that the server takes us for (SelfSubjectReview, as `kubectl auth whoami`); undefined where it does not say: before
 * Kubernetes 1.28, or where nobody may ask.
 */
export async function whoAmI(client: ApiClient, { signal }: RequestOptions): Promise<string | undefined> {
  const type = 'application/json';
  // It changes nothing: it may be sent again.
  const request = { method: 'POST', path: PATH, accept: type, contentType: type, body: REVIEW, safe: true } as const;
  try {
    const { value } = await client.json({ ...request, signal, rights: [] }, (answer) => {
      const status = isJsonObject(answer) ? answer.status : undefined;
      const userInfo = isJsonObject(status) ? status.userInfo : undefined;
      return isJsonObject(userInfo) ? userInfo.username : undefined;
    });
    return typeof value === 'string' && value !== '' ? value : undefined;
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

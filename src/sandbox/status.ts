/**
 * What the server refuses with: meta/v1 Status, in the words of k8s.io/apimachinery/pkg/api/errors and
 * pkg/util/validation/field, because people and tests read them.
 */

export interface Cause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly Cause[];
  readonly retryAfterSeconds?: number;
}

export interface StatusBody {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: object;
  readonly status: 'Failure' | 'Success';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  readonly code?: number;
}

/** Thrown wherever a request is refused; the HTTP layer answers with its body. */
export class StatusError extends Error {
  readonly body: StatusBody;
  readonly code: number;

  /** `reason` is '' where the server gives none. */
  constructor(code: number, reason: string, message: string, details?: StatusDetails) {
    super(message);
    this.name = 'StatusError';
    this.code = code;
    this.body = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      ...(reason === '' ? {} : { reason }),
      ...(details === undefined ? {} : { details }),
      code,
    };
  }
}

/** The group and the plural name of what a request is about. */
export interface GroupResource {
  readonly group: string;
  readonly plural: string;
}

/** `deployments.apps`, `configmaps`. */
export function qualified({ group, plural }: GroupResource): string {
  return group === '' ? plural : `${plural}.${group}`;
}

function detailsOf(resource: GroupResource, name: string, more: Partial<StatusDetails> = {}): StatusDetails {
  return {
    ...(name === '' ? {} : { name }),
    ...(resource.group === '' ? {} : { group: resource.group }),
    kind: resource.plural,
    ...more,
  };
}

/** 404: there is no such object. The words are the API server's, here and in all of these. */
export function notFound(resource: GroupResource, name: string): StatusError {
  return new StatusError(404, 'NotFound', `${qualified(resource)} "${name}" not found`, detailsOf(resource, name));
}

/** The path names no resource that is served. */
export function noSuchResource(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
}

/** 409: an object of this name is there already. */
export function alreadyExists(resource: GroupResource, name: string): StatusError {
  const message = `${qualified(resource)} "${name}" already exists`;
  return new StatusError(409, 'AlreadyExists', message, detailsOf(resource, name));
}

export const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';

/** 409: the object is not as the request takes it to be. */
export function conflict(
  resource: GroupResource,
  name: string,
  why: string,
  more: Partial<StatusDetails> = {},
): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`;
  return new StatusError(409, 'Conflict', message, detailsOf(resource, name, more));
}

/** 409 of a server-side apply: every field that another manager owns is a cause. */
export function applyConflict(message: string, causes: readonly Cause[]): StatusError {
  return new StatusError(409, 'Conflict', message, { causes });
}

/** 403: whoever asks may not do this, or an admission plugin has refused it. */
export function forbidden(resource: GroupResource, name: string, why: string): StatusError {
  const what = name === '' ? qualified(resource) : `${qualified(resource)} "${name}"`;
  return new StatusError(403, 'Forbidden', `${what} is forbidden: ${why}`, detailsOf(resource, name));
}

/** 400: the request makes no sense. */
export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

/** 401: nobody knows who asks. */
export function unauthorized(): StatusError {
  return new StatusError(401, 'Unauthorized', 'Unauthorized');
}

/** 405: the resource is there, but this cannot be done with it. */
export function methodNotAllowed(): StatusError {
  const message = 'the server does not allow this method on the requested resource';
  return new StatusError(405, 'MethodNotAllowed', message, {});
}

/** 415: the body is in no format that is taken here. */
export function unsupportedMediaType(message: string): StatusError {
  return new StatusError(415, 'UnsupportedMediaType', message, {});
}

/** 410: the revision that was asked for is no longer kept. */
export function expired(message: string): StatusError {
  return new StatusError(410, 'Expired', message);
}

/** The Status of anything that was thrown. */
export function errorOf(error: unknown): StatusBody {
  if (error instanceof StatusError) return error.body;
  const message = error instanceof Error ? error.message : String(error);
  return new StatusError(500, 'InternalError', `Internal error occurred: ${message}`, {}).body;
}

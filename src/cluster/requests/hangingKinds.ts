/**
 * Kinds whose lists hang: a conversion webhook that does not answer, an API of another server that is silent. One command
 * lists a kind several times (what is stale, what uses it, and both again after the rollout): it waits once.
 */
import { ApiError } from '../apiError.js';
import type { ApiResource } from '../cluster.js';

/** A refusal that took so long: the server itself was waiting. Its shortest patience is 10 s (a watch cache that cannot be filled). */
const HANGING_MS = 8_000;
/** After this the kind is asked for again: what hangs is mended meanwhile, and a command may watch for hours. */
const REMEMBERED_MS = 5 * 60_000;

export interface HangingKinds {
  /** @throws ApiError the refusal of before, where the kind was found to hang a while ago */
  check(resource: ApiResource): void;
  /** The error to throw for a list that failed after so many ms, which is remembered where it hung. */
  failed(resource: ApiResource, error: unknown, ms: number): unknown;
}

/** @param now a clock that never goes back, ms */
export function createHangingKinds(now: () => number): HangingKinds {
  const hung = new Map<string, { readonly error: ApiError; readonly until: number }>();
  return {
    check: (resource) => {
      const known = hung.get(keyOf(resource));
      if (known !== undefined && now() < known.until) throw known.error;
    },
    failed: (resource, error, ms) => {
      if (!(error instanceof ApiError) || ms < HANGING_MS) return error;
      // What the server stores itself has nothing behind it that could hang for long: it may answer the next time.
      if (!resource.group.includes('.') || (error.httpStatus !== 429 && error.httpStatus < 500)) return error;
      const told = hangingError(resource, error, ms);
      hung.set(keyOf(resource), { error: told, until: now() + REMEMBERED_MS });
      return told;
    },
  };
}

function keyOf({ group, version, plural }: ApiResource): string {
  return [group, version, plural].join('/');
}

/** What the server said, how long it took, and where to look. */
function hangingError({ group, version, plural }: ApiResource, error: ApiError, ms: number): ApiError {
  const message = `${error.message} (a list of ${plural}, given up after ${Math.round(ms / 1000)}s)`;
  const suggestions = [
    `Check what serves it: kubectl get apiservice ${version}.${group}, and the conversion webhook of crd/${plural}.${group}`,
  ];
  return new ApiError(error.httpStatus, { ...error.status, message }, { cause: error, suggestions });
}

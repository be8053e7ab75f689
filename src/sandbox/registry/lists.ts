import type { KubeObject } from '../../objects/object.js';
import { keyOfResource } from '../catalog.js';
import type { Resource } from '../kinds/builtIn.js';
import { badRequest, expired } from '../status.js';
import { StoreError } from '../store.js';
import { selectionOf } from './selection.js';
import type { SelectionOptions } from './selection.js';
import { inVersion } from './versions.js';
import type { World } from './world.js';

export interface ListRequest extends SelectionOptions {
  /** Undefined lists across all namespaces. */
  readonly namespace?: string;
  readonly name?: string;
  readonly limit?: number;
  readonly continueToken?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: string;
}

export interface ListPage {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
  /** Where the next page begins; undefined on the last one. */
  readonly continueToken?: string;
  /** How many follow; unknown under a selector. */
  readonly remaining?: number;
}

interface Position {
  readonly revision: number;
  /** The last object of the page before, as `namespace/name`. */
  readonly after: string;
}

const TOO_OLD =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

/** One page of a list. Later pages show what was there when the first one was read, or end in 410 (KEP-365). */
export function listObjects(world: World, resource: Resource, request: ListRequest): ListPage {
  const { store } = world;
  const position = request.continueToken === undefined ? undefined : parseToken(request.continueToken);
  const revision = position?.revision ?? revisionOf(world, request);
  const selects = selectionOf(resource, request);
  const all = readAt(world, resource, request, revision, position !== undefined);
  const found = all.filter(
    (object) =>
      (position === undefined || orderKey(object) > position.after) &&
      (request.name === undefined || object.metadata.name === request.name) &&
      selects(object),
  );
  const shown = request.limit === undefined || request.limit <= 0 ? found : found.slice(0, request.limit);
  const items = shown.map((object) => inVersion(resource, object));
  const last = shown.at(-1);
  const resourceVersion = String(position === undefined && revision >= store.revision() ? store.revision() : revision);
  if (last === undefined || shown.length === found.length) return { items, resourceVersion };
  const selected = (request.labelSelector ?? '') !== '' || (request.fieldSelector ?? '') !== '';
  return {
    items,
    resourceVersion,
    continueToken: Buffer.from(JSON.stringify({ revision: Number(resourceVersion), after: orderKey(last) })).toString(
      'base64url',
    ),
    ...(selected ? {} : { remaining: found.length - shown.length }),
  };
}

function orderKey(object: KubeObject): string {
  return `${object.metadata.namespace ?? ''}\0${object.metadata.name}`;
}

function parseToken(token: string): Position {
  try {
    const { revision, after } = JSON.parse(Buffer.from(token, 'base64url').toString()) as Partial<Position>;
    if (typeof revision === 'number' && typeof after === 'string') return { revision, after };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw badRequest('continue key is not valid: illegal base64 data at input byte 0');
}

/** Only an exact match reads old data; "not older than" is met by what there is now. */
function revisionOf(world: World, { resourceVersion, resourceVersionMatch, limit }: ListRequest): number {
  const now = world.store.revision();
  if (resourceVersion === undefined || resourceVersion === '' || resourceVersion === '0') return now;
  const wanted = Number(resourceVersion);
  if (!Number.isInteger(wanted)) {
    throw badRequest(
      `resourceVersion: Invalid value: ${JSON.stringify(resourceVersion)}: strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`,
    );
  }
  const exact = resourceVersionMatch === 'Exact' || (resourceVersionMatch === undefined && (limit ?? 0) > 0);
  return exact ? wanted : now;
}

function readAt(
  world: World,
  resource: Resource,
  { namespace }: ListRequest,
  revision: number,
  continued: boolean,
): readonly KubeObject[] {
  try {
    return world.store.list(keyOfResource(resource), {
      ...(namespace === undefined ? {} : { namespace }),
      at: revision,
    });
  } catch (error) {
    if (!(error instanceof StoreError) || error.reason !== 'Expired') throw error;
    throw expired(continued ? TOO_OLD : `The resourceVersion for the provided list is too old.`);
  }
}

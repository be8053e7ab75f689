import { groupOf } from '../../objects/object.js';
import { DEFINITION_KIND } from '../catalog.js';
import { defaultCustomResource } from '../customResource/defaults.js';
import { pruneCustomResource } from '../customResource/prune.js';
import { structuralSchema } from '../customResource/structuralSchema.js';
import { child, copyOf, isDraft, text } from '../draft.js';
import type { Draft } from '../draft.js';
import { apiVersionOf } from '../kinds/builtIn.js';
import type { Resource } from '../kinds/builtIn.js';
import { rulesOf } from '../kinds/rules.js';
import { badRequest, StatusError } from '../status.js';
import { kindKey } from '../store.js';
import type { World, WriteOptions } from './world.js';

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/**
 * The object in a request's body as this server understands it, with its defaults: unknown fields dropped and warned of,
 * or refused where the request asks for strict validation (KEP-2885).
 */
export function decodeObject(world: World, resource: Resource, body: unknown, options: WriteOptions): Draft {
  if (!isDraft(body)) throw badRequest(`the object provided is unrecognized (must be of type ${resource.kind})`);
  const typed = withType(resource, body);
  const prefix = `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: `;
  const unknown: string[] = [];
  const draft = prefixed(prefix, () => decodeTyped(world, resource, typed, (path) => unknown.push(path)));
  const problems = unknown.map((path) => `unknown field "${path}"`);
  if (problems.length > 0 && options.fieldValidation === 'Strict') {
    throw badRequest(`${prefix}strict decoding error: ${problems.join(', ')}`);
  }
  if (options.fieldValidation !== 'Ignore') problems.forEach((problem) => options.warn?.(problem));
  return draft;
}

/** The kind of the URL where the body names none; another one is refused. */
function withType(resource: Resource, body: Draft): Draft {
  const apiVersion = apiVersionOf(resource);
  const given = text(body, 'apiVersion') || apiVersion;
  const kind = text(body, 'kind') || resource.kind;
  const version = given.slice(given.indexOf('/') + 1);
  if (kind !== resource.kind) {
    throw badRequest(
      `${kind} in version "${version}" cannot be handled as a ${resource.kind}: converting (${version}.${kind}) to (${resource.group || 'core'}.${resource.kind}): unknown conversion`,
    );
  }
  if (given !== apiVersion) {
    const why =
      groupOf(given) === resource.group && resource.definition === undefined
        ? `no kind "${kind}" is registered for version "${given}" in scheme "pkg/runtime/scheme.go:111"`
        : `the API version in the data (${given}) does not match the expected API version (${apiVersion})`;
    throw badRequest(
      resource.definition === undefined
        ? `${kind} in version "${version}" cannot be handled as a ${kind}: ${why}`
        : why,
    );
  }
  return { ...body, apiVersion, kind };
}

function prefixed<T>(prefix: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof StatusError && error.code === 400) throw badRequest(`${prefix}${error.message}`);
    throw error;
  }
}

function decodeTyped(world: World, resource: Resource, body: Draft, onUnknown: (path: string) => void): Draft {
  if (resource.definition !== undefined) return decodeCustom(world, resource, body, onUnknown);
  const definition = world.catalog.schema().kinds[`${apiVersionOf(resource)}/${resource.kind}`]?.definition ?? '';
  // Free-form fields come through the codec as they are, and the body is the caller's.
  const draft = world.codec.decode(definition, copyOf(body), onUnknown);
  rulesOf(kindKey(resource.group, resource.kind)).defaults?.(draft);
  return draft;
}

function decodeCustom(world: World, resource: Resource, body: Draft, onUnknown: (path: string) => void): Draft {
  const definition = world.store.get(DEFINITION_KIND, '', resource.definition ?? '');
  const schema = structuralSchema(definition, resource.version);
  const draft = copyOf(body);
  if (schema !== undefined) {
    pruneCustomResource(schema, draft, onUnknown);
    defaultCustomResource(schema, draft);
  }
  draft['metadata'] = world.codec.decode(OBJECT_META, child(body, 'metadata') ?? {}, (path) =>
    onUnknown(`metadata.${path}`),
  );
  return draft;
}

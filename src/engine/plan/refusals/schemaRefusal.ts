/**
 * What the server's schema does not take of a manifest: a field that it does not have, an entry that is there twice, a
 * value of another type. The server says it in words alone (a 500 without a reason), so the schema is asked again here.
 */
import type { ErrorInfo } from '../../../errors.js';
import { ApiError } from '../../../cluster/apiError.js';
import { findResource, type ApiResource, type Cluster } from '../../../cluster/cluster.js';
import { formatId, idOf, type Json, type JsonObject, type KubeObject } from '../../../objects/object.js';
import { shapeOfKind } from '../../../patch/apply/kindVersions.js';
import type { Shape } from '../../../patch/apply/shape.js';
import { shapeViolations, type ShapeViolation } from '../../../patch/apply/validateShape.js';
import { kubernetesSchema } from '../../../patch/schema/builtinTables.js';
import { withCustomResource } from '../../../patch/schema/customResource.js';
import { nearest } from '../../../objects/nearest.js';

/** Codes of refusals that are the manifest's own fault: exit 2. */
export const SCHEMA_CODES = {
  unknownField: 'UnknownField',
  duplicate: 'DuplicateKey',
  wrongType: 'WrongType',
} as const;

export interface SchemaOptions {
  readonly cluster: Cluster;
  readonly signal: AbortSignal;
  readonly shapeOf: (object: KubeObject) => Shape | undefined;
  /** The CustomResourceDefinitions of the set, by `GROUP/KIND` of what they define: they go before the cluster's. */
  readonly definitions: ReadonlyMap<string, KubeObject>;
}

/** The shape of an object's kind; undefined where it is not known here. */
export async function shapeFor(
  desired: KubeObject,
  resource: ApiResource,
  options: SchemaOptions,
): Promise<Shape | undefined> {
  return options.shapeOf(desired) ?? (await customShape(desired, resource, options));
}

/** @returns undefined where the schema that is known here has nothing against the object */
export function schemaRefusal(
  desired: KubeObject,
  shape: Shape | undefined,
  origin: { readonly file: string; readonly line?: number },
): ErrorInfo | undefined {
  const violations = shape === undefined ? [] : shapeViolations(shape, desired as unknown as Json);
  const [first] = violations;
  if (first === undefined) return undefined;
  const place = [origin.file, origin.line].filter((part) => part !== undefined).join(':');
  return {
    code: SCHEMA_CODES[first.problem],
    message: `${formatId(idOf(desired))} in ${place}: ${violations.map(({ path, message }) => `${path}: ${message}`).join('; ')}`,
    suggestions: [...new Set(violations.map((violation) => hintFor(violation, desired.kind)))],
  };
}

/** The shape of a custom resource by its definition; undefined where that cannot be read. */
async function customShape(
  { apiVersion, kind }: KubeObject,
  { plural, group }: ApiResource,
  { cluster, signal, definitions }: SchemaOptions,
): Promise<Shape | undefined> {
  const shapeBy = async (definition: KubeObject): Promise<Shape | undefined> =>
    shapeOfKind(withCustomResource(await kubernetesSchema(), definition as unknown as JsonObject), apiVersion, kind);
  const ours = definitions.get(`${group}/${kind}`);
  if (ours !== undefined) return shapeBy(ours);
  const served = findResource(
    await cluster.discover({ signal }),
    'apiextensions.k8s.io',
    'v1',
    'CustomResourceDefinition',
  );
  if (served === undefined) return undefined;
  try {
    const definition = await cluster.get({ resource: served, namespace: '', name: `${plural}.${group}` }, { signal });
    return definition === undefined ? undefined : await shapeBy(definition);
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

function hintFor({ path, problem, unknown, key, types }: ShapeViolation, kind: string): string {
  switch (problem) {
    case 'unknownField': {
      const { name = '', known = [] } = unknown ?? {};
      const near = nearest(name, known);
      if (near !== undefined) return `Did you mean ${near} for ${name} (${path})?`;
      return `Remove ${path}: kubectl explain ${kind.toLowerCase()} --recursive lists the fields that the server knows.`;
    }
    case 'duplicate':
      return `Leave one of the entries ${key ?? ''} in ${path}.`;
    case 'wrongType':
      return types === undefined ? `Correct what stands at ${path}.` : typeHint(path, types);
  }
}

/** What to write instead: a value of another type is most often a matter of quotes, of a dash, or of indentation. */
function typeHint(path: string, { expected, found }: NonNullable<ShapeViolation['types']>): string {
  const isValue = found !== 'list' && found !== 'map';
  switch (expected) {
    case 'list':
      return `Write a list at ${path}: each entry on a line that begins with "- ".`;
    case 'map':
      return `Write fields at ${path}: KEY: VALUE, indented${found === 'list' ? ', without a dash' : ''}.`;
    case 'string':
      return isValue ? `Put quotes around the value of ${path}.` : `Write one text at ${path}, no ${found}.`;
    case 'numeric':
      return found === 'string' ? `Take the quotes away from the value of ${path}.` : `Write a number at ${path}.`;
    case 'boolean':
      return `Write true or false at ${path}${found === 'string' ? ', without quotes' : ''}.`;
    case 'untyped':
      return `Write one value at ${path}, no ${found}.`;
  }
}

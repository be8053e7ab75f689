/**
 * What the server's schema does not take of a manifest: a field that it does not have, an entry that is there twice, a
 * value of another type. The server says it in words alone (a 500 without a reason), so the schema is asked again here.
 */
import type { ErrorInfo } from '../../errors.js';
import { ApiError } from '../../cluster/apiError.js';
import { findResource, type ApiResource, type Cluster } from '../../cluster/cluster.js';
import { formatId, idOf, type Json, type JsonObject, type KubeObject } from '../../objects/object.js';
import { shapeOfKind } from '../../patch/apply/kindVersions.js';
import type { Shape } from '../../patch/apply/shape.js';
import { shapeViolations, type ShapeViolation } from '../../patch/apply/validateShape.js';
import { kubernetesSchema } from '../../patch/schema/builtinTables.js';
import { withCustomResource } from '../../patch/schema/customResource.js';
import { nearest } from '../../objects/nearest.js';

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

function hintFor({ path, problem, message, unknown }: ShapeViolation, kind: string): string {
  switch (problem) {
    case 'unknownField': {
      const { name = '', known = [] } = unknown ?? {};
      const near = nearest(name, known);
      if (near !== undefined) return `Did you mean ${near} for ${name} (${path})?`;
      return `Remove ${path}: kubectl explain ${kind.toLowerCase()} --recursive lists the fields that the server knows.`;
    }
    case 'duplicate':
      return `Leave one of the two in ${path}: ${message}.`;
    case 'wrongType':
      return message.startsWith('expected string')
        ? `Put quotes around the value of ${path}.`
        : `Take the quotes away from the value of ${path}, or write what is expected.`;
  }
}

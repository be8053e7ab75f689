/** Whether a file is an OpenAPI document whose schemas can be read; kustomize panics where one is not. */
import { isJsonArray, isJsonObject } from '../../objects/json.js';
import type { Json, JsonObject } from '../../objects/object.js';

type Path = readonly string[];
export interface OpenApiProblem {
  readonly message: string;
  readonly path: Path;
}

/** The first schema among `definitions` that is none, with the path to it. */
export function problemOfOpenApi(document: JsonObject): OpenApiProblem | undefined {
  return firstOf(document.definitions, ['definitions']);
}

function firstOf(schemas: Json | undefined, path: Path): OpenApiProblem | undefined {
  if (!isJsonObject(schemas)) return undefined;
  for (const [name, schema] of Object.entries(schemas)) {
    const problem = problemOfSchema(schema, [...path, name]);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function problemOfSchema(schema: Json | undefined, path: Path): OpenApiProblem | undefined {
  if (schema === undefined || schema === null) return undefined;
  if (!isJsonObject(schema)) return { message: `${path.join('.')} must be a schema, which is a map`, path };
  const { type, properties, items, additionalProperties } = schema;
  if (type !== undefined && type !== null && typeof type !== 'string' && !isJsonArray(type)) {
    return { message: `the type of ${path.join('.')} must be a string or a list of strings`, path: [...path, 'type'] };
  }
  const inner = (field: string, value: Json | undefined): OpenApiProblem | undefined =>
    typeof value === 'boolean' || isJsonArray(value) ? undefined : problemOfSchema(value, [...path, field]);
  return (
    firstOf(properties, [...path, 'properties']) ??
    inner('items', items) ??
    inner('additionalProperties', additionalProperties)
  );
}

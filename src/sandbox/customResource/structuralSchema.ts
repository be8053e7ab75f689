import type { KubeObject } from '../../objects/object.js';
import { at, child, children } from '../draft.js';
import type { Draft } from '../draft.js';

/** A structural schema (apiextensions.k8s.io/v1 JSONSchemaProps), as far as the sandbox follows it. */
export type StructuralSchema = Draft;

/** The schema of one version of a CustomResourceDefinition; undefined where it has none. */
export function structuralSchema(definition: KubeObject | undefined, version: string): StructuralSchema | undefined {
  const versions = children(child(definition, 'spec'), 'versions');
  const found = versions.find((candidate) => candidate['name'] === version);
  return at(found, 'schema', 'openAPIV3Schema');
}

/** Whether fields that the schema does not name are kept here. */
export function keepsUnknownFields(schema: StructuralSchema): boolean {
  return schema['x-kubernetes-preserve-unknown-fields'] === true;
}

/**
 * Whether a whole object stands here, so that its apiVersion, kind and metadata are fields that the schema need not name.
 */
export function isEmbeddedResource(schema: StructuralSchema): boolean {
  return schema['x-kubernetes-embedded-resource'] === true;
}

/** The schema of one field: of a property, else of a map's values. Undefined where the schema does not know the field. */
export function schemaOfField(schema: StructuralSchema, field: string): StructuralSchema | undefined {
  const properties = child(schema, 'properties');
  if (properties !== undefined && Object.hasOwn(properties, field)) return child(properties, field);
  return child(schema, 'additionalProperties');
}

/**
 * Files of `crds`: OpenAPI definitions whose extensions say which fields name other objects, are names, labels or annotations
 * (api/internal/accumulator/loadconfigfromcrds.go).
 */
import { inputError } from '../../errors.js';
import { isJsonObject } from '../../objects/json.js';
import type { Json, JsonObject } from '../../objects/object.js';
import { readYaml } from '../yaml/read.js';
import { type FieldSpec, mergeFieldSpecs, mergeNameReferences } from './fieldSpec.js';
import { type TransformerConfig, emptyConfig } from './transformerConfig.js';

type Definitions = JsonObject;
type Mutable = { -readonly [Section in keyof TransformerConfig]: TransformerConfig[Section] };

/** Throws KapplyError `InvalidCrd`. */
export function readCrdFile(text: string, file: string): TransformerConfig {
  const value = readYaml(text, { file, dialect: 'kustomization' })[0]?.value;
  if (!isJsonObject(value)) {
    throw inputError('InvalidCrd', 'a file of crds holds OpenAPI definitions by their names', { position: { file } });
  }
  if (value.kind === 'CustomResourceDefinition') {
    throw inputError('InvalidCrd', 'crds takes OpenAPI definitions by their names, not a CustomResourceDefinition', {
      position: { file },
      suggestions: ['Name the file under resources, if it is to be applied.'],
    });
  }
  const config: Mutable = { ...emptyConfig };
  for (const [name, definition] of Object.entries(value)) {
    const properties = propertiesOf(definition);
    if (!['kind', 'apiVersion', 'metadata'].every((field) => Object.hasOwn(properties, field))) continue;
    addDefinition(config, value, name, name.slice(name.lastIndexOf('.') + 1), [], new Set());
  }
  return config;
}

function addDefinition(
  config: Mutable,
  definitions: Definitions,
  name: string,
  kind: string,
  path: readonly string[],
  visited: ReadonlySet<string>,
): void {
  if (visited.has(name)) return;
  for (const [field, property] of Object.entries(propertiesOf(definitions[name]))) {
    if (!isJsonObject(property)) continue;
    const at = (...more: readonly string[]): FieldSpec => ({
      kind,
      path: [...path, field, ...more].join('/'),
      create: false,
    });
    if (textOf(property, 'x-kubernetes-annotation') !== undefined) {
      config.commonAnnotations = mergeFieldSpecs(config.commonAnnotations, [at()]);
    }
    if (textOf(property, 'x-kubernetes-label-selector') !== undefined) {
      config.commonLabels = mergeFieldSpecs(config.commonLabels, [at()]);
    }
    if (textOf(property, 'x-kubernetes-identity') !== undefined) {
      config.namePrefix = mergeFieldSpecs(config.namePrefix, [at()]);
    }
    const version = textOf(property, 'x-kubernetes-object-ref-api-version');
    const target = textOf(property, 'x-kubernetes-object-ref-kind');
    if (version !== undefined && target !== undefined) {
      const key = textOf(property, 'x-kubernetes-object-ref-name-key') ?? 'name';
      config.nameReference = mergeNameReferences(config.nameReference, [
        { kind: target, version, referrers: [at(key)] },
      ]);
    }
    const reference = property.$ref;
    if (typeof reference === 'string') {
      addDefinition(config, definitions, reference, kind, [...path, field], new Set([...visited, name]));
    }
  }
}

function propertiesOf(definition: Json | undefined): JsonObject {
  const schema = isJsonObject(definition) ? ownField(definition, 'schema') : undefined;
  const properties = isJsonObject(schema) ? schema.properties : undefined;
  return isJsonObject(properties) ? properties : {};
}

/** Go finds the field `Schema` in any case. */
function ownField(object: JsonObject, name: string): Json | undefined {
  const key = Object.keys(object).find((candidate) => candidate.toLowerCase() === name);
  return key === undefined ? undefined : object[key];
}

function textOf(property: JsonObject, name: string): string | undefined {
  const value = Object.entries(property).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof value === 'string' ? value : undefined;
}

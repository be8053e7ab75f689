/**
 * What `kubectl apply --server-side` does besides with the annotation of client-side apply, for the manager `kubectl`
 * alone (apimachinery, managedfields/internal/lastappliedmanager.go and lastappliedupdater.go).
 */
import { LAST_APPLIED_ANNOTATION } from '../../objects/annotations.js';
import { isJsonObject } from '../../objects/json.js';
import type { Json, JsonObject, KubeObject } from '../../objects/object.js';
import { compareShaped } from './compareValues.js';
import { type FieldSet, NO_FIELDS, difference } from './fieldSet.js';
import { fieldSetOfValue } from './fieldSetOfValue.js';
import { asData } from './kindVersions.js';
import type { Versions } from './ownership.js';
import { shapeViolations } from './validateShape.js';

/** Fields that the last client-side apply set to what they still are: a conflict about them is no conflict. */
export function unchangedSinceLastApplied(versions: Versions, live: KubeObject): FieldSet {
  const lastApplied = parsed(live.metadata.annotations?.[LAST_APPLIED_ANNOTATION]);
  const shape = versions.shape(versions.apiVersion);
  if (!isJsonObject(lastApplied) || shape === undefined || lastApplied.apiVersion !== versions.apiVersion) {
    return NO_FIELDS;
  }
  const data = asData(live);
  if (shapeViolations(shape, lastApplied).length > 0 || shapeViolations(shape, data).length > 0) return NO_FIELDS;
  const { removed, modified, added } = compareShaped(shape, lastApplied, data);
  return [modified, added, removed].reduce(difference, fieldSetOfValue(shape, lastApplied));
}

/** An annotation that cannot be read is as good as none. */
function parsed(annotation: string | undefined): Json | undefined {
  if (annotation === undefined || annotation === '') return undefined;
  try {
    return JSON.parse(annotation) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Brings the annotation up to date where the object has one. */
export function withLastApplied(object: KubeObject, applied: KubeObject): KubeObject {
  const { annotations } = object.metadata;
  if (annotations?.[LAST_APPLIED_ANNOTATION] === undefined || annotations[LAST_APPLIED_ANNOTATION] === '')
    return object;
  const others = Object.entries(applied.metadata.annotations ?? {}).filter(
    ([name]) => name !== LAST_APPLIED_ANNOTATION,
  );
  const configuration: KubeObject = {
    ...applied,
    metadata: { ...applied.metadata, annotations: Object.fromEntries(others) },
  };
  const annotation = `${JSON.stringify(sortedKeys(asData(configuration)))}\n`;
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...annotations, [LAST_APPLIED_ANNOTATION]: annotation } },
  };
}

/** Go writes maps with their keys in order. */
function sortedKeys(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(sortedKeys);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, field]): [string, JsonObject[string]] => [name, field === undefined ? field : sortedKeys(field)]),
  );
}

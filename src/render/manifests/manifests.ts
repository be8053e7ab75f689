import { inputError, type KapplyError } from '../../errors.js';
import { isJsonObject } from '../../objects/json.js';
import { formatId, idOf, keyOf, type Json, type JsonObject, type KubeObject } from '../../objects/object.js';
import type { Rendered, RenderedObject } from '../../objects/rendered.js';
import { type Budget, makeBudget, withinStack } from '../budget.js';
import type { Tree } from '../resources/tree.js';
import { readManifestFiles, type ManifestFile } from './manifestFiles.js';
import { positionOf } from '../yaml/position.js';
import { readYaml } from '../yaml/read.js';

export interface ReadManifestsOptions {
  /** Whether folders within folders are read as well (`-R`). */
  readonly recursive?: boolean;
  /** Where `-` reads from. */
  readonly stdin?: AsyncIterable<Uint8Array | string>;
  /** What relative paths are relative to, and how files are named in messages; the working directory unless told otherwise. */
  readonly cwd?: string;
  readonly signal?: AbortSignal;
  /** So many times the usual number of values, characters and seconds (budget.ts); 1 unless told otherwise. */
  readonly budget?: number;
}

type Path = readonly (string | number)[];

/** A document, or an item of a list in one. */
interface Entry {
  readonly source: ManifestFile;
  readonly document: number;
  readonly line: number;
  readonly path: Path;
  readonly value: Json;
}

/**
 * Reads plain manifests as `kubectl apply -f` does: files, folders (.yaml, .yml and .json) and `-` for stdin, several documents
 * in each, lists opened into their items. Every object must have an apiVersion, a kind and a name, and be there once.
 * @throws KapplyError (exit 2) that names file, line and field
 */
export function readManifests(paths: readonly string[], options: ReadManifestsOptions = {}): Promise<Rendered> {
  const { recursive = false, stdin, cwd = process.cwd(), signal } = options;
  const budget = makeBudget(options.budget, signal);
  return withinStack(options.budget, async () => {
    const files = await readManifestFiles(paths, { recursive, stdin, cwd, signal, budget });
    const objects: RenderedObject[] = [];
    for (const file of files) {
      await budget.breathe();
      for (const object of readManifest(file, budget)) objects.push(object);
    }
    refuseDuplicates(objects);
    return { objects, warnings: [] };
  });
}

function readManifest(source: ManifestFile, budget: Budget): RenderedObject[] {
  const documents = readYaml(source.text, { file: source.file, dialect: 'manifest' });
  for (const { value } of documents) budget.spendTree(value as Tree);
  return documents.flatMap(({ value, line }, document) => openLists({ source, document, line, path: [], value }));
}

/** kubectl takes for a list whatever has items (apimachinery's unstructured scheme). */
function openLists(entry: Entry): RenderedObject[] {
  const object = requireObject(entry);
  if (object.items === undefined) return [renderedObject(entry, object)];
  const { items } = object;
  if (items === null) return [];
  if (!Array.isArray(items)) throw invalid(entry, ['items'], 'InvalidList', 'items of a list must be a list');
  return (items as readonly Json[]).flatMap((item, index) =>
    openLists({ ...entry, path: [...entry.path, 'items', index], value: withListType(object, item) }),
  );
}

/** Items of a typed list may leave out what its own type says. */
function withListType(list: JsonObject, item: Json): Json {
  if (typeof list.kind !== 'string' || !list.kind.endsWith('List') || list.kind === 'List') return item;
  if (!isJsonObject(item) || item.kind !== undefined || item.apiVersion !== undefined) return item;
  return {
    ...item,
    kind: list.kind.slice(0, -'List'.length),
    ...(list.apiVersion !== undefined && { apiVersion: list.apiVersion }),
  };
}

function renderedObject(entry: Entry, object: JsonObject): RenderedObject {
  const apiVersion = requireText(
    entry,
    object,
    'apiVersion',
    'MissingApiVersion',
    'Write apiVersion: v1, or that of the kind.',
  );
  const kind = requireText(entry, object, 'kind', 'MissingKind', 'Write kind: ConfigMap, or what the object is.');
  if (kind === 'Kustomization' && apiVersion.startsWith('kustomize.config.k8s.io/')) {
    throw invalid(
      entry,
      ['kind'],
      'KustomizationAsManifest',
      'this is a kustomization, not an object',
      'Give its folder with -k.',
    );
  }
  const { metadata } = object;
  if (!isJsonObject(metadata))
    throw invalid(entry, ['metadata'], 'MissingName', `the ${kind} has no metadata`, 'Write metadata: {name: NAME}.');
  requireName(entry, kind, metadata);
  if (metadata.namespace !== undefined && metadata.namespace !== null && typeof metadata.namespace !== 'string') {
    throw invalid(
      entry,
      ['metadata', 'namespace'],
      'InvalidMetadata',
      'metadata.namespace is not a string',
      'Put it in quotes.',
    );
  }
  requireTexts(entry, metadata, 'labels');
  requireTexts(entry, metadata, 'annotations');
  const { file } = entry.source;
  // Checked above as far as kapply relies on it.
  return { object: object as unknown as KubeObject, origin: { file, line: entry.line }, generated: false };
}

function requireObject(entry: Entry): JsonObject {
  if (isJsonObject(entry.value)) return entry.value;
  throw invalid(
    entry,
    [],
    'NotAnObject',
    'this is no Kubernetes object: it must be a mapping with apiVersion, kind and metadata',
  );
}

function requireText(entry: Entry, object: JsonObject, field: string, code: string, suggestion: string): string {
  const value = object[field];
  if (typeof value === 'string' && value !== '') return value;
  const missing = value === undefined || value === null || value === '';
  throw invalid(entry, [field], code, missing ? `the object has no ${field}` : `${field} is not a string`, suggestion);
}

function requireName(entry: Entry, kind: string, { name, generateName }: JsonObject): void {
  if (typeof name === 'string' && name !== '') return;
  if (name !== undefined && name !== null && name !== '') {
    throw invalid(entry, ['metadata', 'name'], 'InvalidMetadata', 'metadata.name is not a string', 'Put it in quotes.');
  }
  if (generateName === undefined) {
    throw invalid(entry, ['metadata'], 'MissingName', `the ${kind} has no metadata.name`, 'Give it a name.');
  }
  throw invalid(
    entry,
    ['metadata', 'generateName'],
    'GeneratedName',
    `the ${kind} has metadata.generateName instead of a name: it would be another object at every run`,
    'Give it a name, or create it with kubectl create.',
  );
}

function requireTexts(entry: Entry, metadata: JsonObject, field: 'labels' | 'annotations'): void {
  const map = metadata[field];
  if (map === undefined || map === null) return;
  if (!isJsonObject(map))
    throw invalid(entry, ['metadata', field], 'InvalidMetadata', `metadata.${field} is not a mapping`);
  for (const [key, value] of Object.entries(map)) {
    if (typeof value === 'string' || value === null) continue;
    throw invalid(
      entry,
      ['metadata', field, key],
      'InvalidMetadata',
      `the value of ${key} in metadata.${field} is not a string`,
      'Put it in quotes.',
    );
  }
}

function invalid(entry: Entry, path: Path, code: string, message: string, ...suggestions: string[]): KapplyError {
  const { text, file } = entry.source;
  const place = positionOf(text, entry.document, [...entry.path, ...path], 'manifest') ?? { line: entry.line };
  return inputError(code, message, { position: { file, ...place }, suggestions });
}

function refuseDuplicates(objects: readonly RenderedObject[]): void {
  const seen = new Map<string, RenderedObject>();
  for (const rendered of objects) {
    const id = idOf(rendered.object);
    const first = seen.get(keyOf(id));
    if (first !== undefined) {
      const { file, line = 1 } = first.origin;
      throw inputError('DuplicateResource', `${formatId(id, true)} is there twice: first in ${file}, line ${line}`, {
        position: rendered.origin,
        suggestions: ['Remove one of the two.'],
      });
    }
    seen.set(keyOf(id), rendered);
  }
}

/** `buildMetadata`: where each object came from and what changed it, as annotations (api/resource/origin.go). */
import { posix } from 'node:path';
import { isJsonObject } from '../../objects/json.js';
import { TRANSFORMATIONS_ANNOTATION, ORIGIN_ANNOTATION } from './buildAnnotations.js';
import { parseRepoSpec } from '../loading/repoSpec.js';
import {
  type Resource,
  metadataTexts,
  nameOf,
  namespaceOf,
  setMetadataTexts,
  apiVersionText,
  kindOf,
} from '../resources/resource.js';
import { emitYaml } from '../yaml/emit.js';
import { readYaml } from '../yaml/read.js';

export interface Origin {
  readonly path?: string;
  readonly repo?: string;
  readonly ref?: string;
  /** The file of a generator or transformer, where one of these made the object. */
  readonly configuredIn?: string;
  readonly configuredBy?: ConfiguredBy;
}

interface ConfiguredBy {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

/** The origin of something that a kustomization at `origin` names. */
export function originOf(origin: Origin, path: string): Origin {
  const spec = parseRepoSpec(path);
  if (spec === undefined) return { ...origin, path: posix.join(origin.path ?? '', path) };
  return { repo: spec.url, ref: spec.ref, path: posix.join(spec.path) };
}

/** The origin of what a built-in field of the kustomization makes or changes. */
export function builtinOrigin(origin: Origin, kustomizationFile: string, kind: string): Origin {
  return {
    ...(origin.repo && { repo: origin.repo }),
    ...(origin.ref && { ref: origin.ref }),
    configuredIn: posix.join(origin.path ?? '', kustomizationFile),
    configuredBy: { apiVersion: 'builtin', kind },
  };
}

/** The origin of what a plugin makes or changes, from that of its configuration. */
export function pluginOrigin(config: Resource): Origin | undefined {
  const text = metadataTexts(config.tree, 'annotations').get(ORIGIN_ANNOTATION);
  if (text === undefined) return undefined;
  const { repo, ref, path } = readOrigin(text);
  return {
    ...(repo && { repo }),
    ...(ref && { ref }),
    ...(path && { configuredIn: path }),
    configuredBy: {
      apiVersion: apiVersionText(config.tree),
      kind: kindOf(config.tree),
      name: nameOf(config),
      namespace: namespaceOf(config),
    },
  };
}

/** Writes where a resource came from into its annotation, in place of what stood there. */
export function setOrigin(resource: Resource, origin: Origin): void {
  annotate(resource, ORIGIN_ANNOTATION, originText(origin));
}

/** Whether a resource says where it came from. */
export function hasOrigin(resource: Resource): boolean {
  return metadataTexts(resource.tree, 'annotations').has(ORIGIN_ANNOTATION);
}

/** The text of the annotation that says where a resource came from. */
export function originAnnotation(resource: Resource): string | undefined {
  return metadataTexts(resource.tree, 'annotations').get(ORIGIN_ANNOTATION);
}

/** Notes a transformer; one that made the object is its origin. */
export function addTransformation(resource: Resource, origin: Origin): void {
  if (resource.tree === undefined) return;
  if (!hasOrigin(resource)) {
    setOrigin(resource, origin);
    return;
  }
  const known = metadataTexts(resource.tree, 'annotations').get(TRANSFORMATIONS_ANNOTATION) ?? '';
  const [first = '', ...rest] = originText(origin).trimEnd().split('\n');
  annotate(
    resource,
    TRANSFORMATIONS_ANNOTATION,
    `${known}- ${[first, ...rest.map((line) => `  ${line}`)].join('\n')}\n`,
  );
}

/** Sets an annotation; a resource that something has emptied gets none. */
export function annotate({ tree }: Resource, key: string, text: string): void {
  if (tree === undefined) return;
  setMetadataTexts(tree, 'annotations', metadataTexts(tree, 'annotations').set(key, text));
}

/** YAML in the order of kustomize's own struct. */
function originText(origin: Origin): string {
  const lines = (['path', 'repo', 'ref', 'configuredIn'] as const).map((field) => line(field, origin[field]));
  const by = origin.configuredBy ?? {};
  const inner = (['apiVersion', 'kind', 'name', 'namespace'] as const).map((field) => line(field, by[field])).join('');
  const text = lines.join('') + (inner === '' ? '' : `configuredBy:\n${inner.replaceAll(/^/gm, '  ').trimEnd()}\n`);
  return text === '' ? '{}\n' : text;
}

function line(field: string, value: string | undefined): string {
  return value === undefined || value === '' ? '' : emitYaml({ [field]: value });
}

function readOrigin(text: string): { path?: string; repo?: string; ref?: string } {
  const value = readYaml(text, { file: ORIGIN_ANNOTATION, dialect: 'kustomization' })[0]?.value;
  return isJsonObject(value) ? value : {};
}

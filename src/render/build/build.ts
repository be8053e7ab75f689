/** What all kustomizations of one run share, and what is known of each of them. */
import { join } from 'node:path';
import { type KapplyErrorOptions, KapplyError } from '../../errors.js';
import { type Vars, mergeVars } from '../references/vars.js';
import { addConfig } from '../fieldSpecs/configurationFile.js';
import { type TransformerConfig, emptyConfig } from '../fieldSpecs/transformerConfig.js';
import type { Kustomization } from '../kustomization/kustomization.js';
import { decodeText } from '../loading/decodeText.js';
import { type Root, shownPath } from '../loading/root.js';
import { loadFile } from '../loading/loadFile.js';
import { isUrl } from '../loading/webFile.js';
import type { Reading } from '../manifests/readResources.js';
import type { RenderOptions } from '../options.js';
import type { Origin } from './origin.js';
import { ResourceMap } from '../resources/resourceMap.js';
import { positionOf } from '../yaml/position.js';

export interface Build extends Reading {
  readonly options: RenderOptions;
  readonly warnings: Set<string>;
}

/** One kustomization that is being worked through. */
export interface Target {
  readonly build: Build;
  readonly root: Root;
  readonly kustomization: Kustomization;
  /** `kustomization.yaml`, or how else the file is called. */
  readonly fileName: string;
  /** How messages name the file. */
  readonly file: string;
  /** What the file says. */
  readonly text: string;
  /** Set where buildMetadata asks for it. */
  readonly origin: Origin | undefined;
  /** The namespace that helm charts get from the kustomizations around this one. */
  readonly helmNamespace: string;
  /** The options of buildMetadata of the kustomization that is built. */
  readonly buildMetadata: readonly string[];
}

/** Resources with what has been said about them on the way. */
export interface Accumulation {
  readonly map: ResourceMap;
  readonly config: TransformerConfig;
  readonly vars: Vars;
}

/** What a kustomization has gathered before it names its first resource. */
export function emptyAccumulation(): Accumulation {
  return { map: new ResourceMap(), config: emptyConfig, vars: new Map() };
}

/** Adds what another kustomization accumulated. Throws where an id, a var or a field spec is there twice. */
export function mergeAccumulations(base: Accumulation, more: Accumulation, file: string): Accumulation {
  base.map.appendAll(more.map.resources);
  return {
    map: base.map,
    config: addConfig(base.config, more.config, file),
    vars: mergeVars(base.vars, more.vars.values()),
  };
}

/** Reads a file that the kustomization names, as text. */
export async function loadText(target: Target, path: string): Promise<string> {
  return decodeText(await loadFile(target.root, path), shownFile(target, path));
}

/** How messages name a file that the kustomization names. */
export function shownFile({ root }: Target, path: string): string {
  return isUrl(path) ? path : shownPath(root, join(root.folder, path));
}

/** Runs a part of a kustomization; what fails there says which kustomization it was, and which ones led there. */
export async function inKustomization<T>(file: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof KapplyError)) throw error;
    const { position, chain } = error;
    if (chain.at(-1) === file || (chain.length === 0 && position?.file === file)) throw error;
    throw restated(error, { position: position ?? { file }, chain: position === undefined ? chain : [...chain, file] });
  }
}

/** Runs what a field of the kustomization asks for: where nothing else is known of what fails, its line is that of the field. */
export async function atField<T>(
  { file, text }: Pick<Target, 'file' | 'text'>,
  path: readonly (string | number)[],
  run: () => T | Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof KapplyError)) throw error;
    const { position, chain } = error;
    const isOwn = position === undefined || (position.file === file && position.line === undefined);
    if (!isOwn || chain.length > 0) throw error;
    throw restated(error, { position: { file, ...positionOf(text, 0, path, 'kustomization') }, chain });
  }
}

function restated(error: KapplyError, where: Pick<KapplyErrorOptions, 'position' | 'chain'>): KapplyError {
  const { code, message, exitCode, suggestions } = error;
  return new KapplyError(code, message, exitCode, { suggestions, ...where, cause: error.cause ?? error });
}

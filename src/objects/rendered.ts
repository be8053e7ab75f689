import type { KubeObject, ObjectId } from './object.js';

/** One object that rendering produced, and where it came from. */
export interface RenderedObject {
  readonly object: KubeObject;
  /** The file (and the line in it, where known) that the object was first read from, or the kustomization of its generator. */
  readonly origin: { readonly file: string; readonly line?: number };
  /** Set where a generator made it and its name ends in a content hash. */
  readonly generated: boolean;
  /** The `namespace` of a kustomization that did not reach the object: a chart's objects keep helm's own (kustomize 5.8). */
  readonly kustomizationNamespace?: string;
  /** What came with it and is left out of this run: what depends on it does not wait for it. */
  readonly leftOut?: readonly ObjectId[];
}

export interface Rendered {
  /** In the order in which `kustomize build` prints them. */
  readonly objects: readonly RenderedObject[];
  /** Deprecations and the like, each one sentence, for stderr. */
  readonly warnings: readonly string[];
  /** metadata.name of the kustomization, where it has one: a set's name (docs/sets.md). */
  readonly name?: string;
}

/**
 * The OpenAPI schema of a run: Kubernetes v1.21.2's as kustomize embeds it, or the one that a kustomization's `openapi` field
 * names. Which of several kustomizations counts follows kyaml/openapi: the root's, else the first one that is met.
 */
import { tableFromOpenApi } from '../../patch/schema/openApi.js';
import { type Schema, type SchemaTable, isNamespaced, mergeTables, schemaFor } from '../../patch/schema/schemaTable.js';
import { kustomizeSchema } from '../../patch/schema/builtinTables.js';
import type { JsonObject } from '../../objects/object.js';
import { type Gvk, parseApiVersion } from '../resources/resourceId.js';

export const BUILTIN_VERSION = 'v1.21.2';

/** Kinds newer than the embedded schema that kustomize knows to live outside of namespaces. */
const NEWER_CLUSTER_KINDS = new Set([
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy',
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding',
]);

export interface ResourceType extends Gvk {
  readonly clusterScoped: boolean;
}

export class OpenApi {
  table: SchemaTable;
  private readonly builtin: SchemaTable;
  private chosen = false;
  /** Whether the embedded schema has been looked at, and whether it would have been asked for the scope of an unknown kind. */
  private used = false;
  private wanted = false;
  private readonly types = new Map<string, Map<string, ResourceType>>();

  private constructor(builtin: SchemaTable) {
    this.builtin = builtin;
    this.table = builtin;
  }

  static async load(): Promise<OpenApi> {
    return new OpenApi(await kustomizeSchema());
  }

  /**
   * Takes a document in place of the embedded one, or with `undefined` decides for the embedded one; the first call counts.
   * What was read of the embedded one before stays: kustomize's schema is a global variable.
   */
  choose(document: JsonObject | undefined): void {
    if (this.chosen) return;
    this.chosen = true;
    if (document === undefined) return;
    const own = tableFromOpenApi(document);
    this.types.clear();
    if (this.used) this.table = mergeTables(this.builtin, own);
    else this.table = this.wanted ? mergeTables(own, this.builtin) : own;
  }

  get isChosen(): boolean {
    return this.chosen;
  }

  schemaOf(apiVersion: string, kind: string): Schema | undefined {
    this.used = true;
    return schemaFor(this.table, { apiVersion, kind });
  }

  /** What an apiVersion and a kind say, looked up once for each pair. */
  typeOf(apiVersion: string, kind: string): ResourceType {
    const kinds = this.types.get(apiVersion) ?? new Map<string, ResourceType>();
    this.types.set(apiVersion, kinds);
    let type = kinds.get(kind);
    if (type === undefined) {
      type = { ...parseApiVersion(apiVersion), kind, clusterScoped: this.isClusterScoped(apiVersion, kind) };
      kinds.set(kind, type);
    }
    return type;
  }

  /** False for kinds that no schema knows: they count as namespaced. */
  private isClusterScoped(apiVersion: string, kind: string): boolean {
    const namespaced = isNamespaced(this.builtin, { apiVersion, kind });
    if (namespaced !== undefined) return !namespaced;
    if (NEWER_CLUSTER_KINDS.has(`${apiVersion}/${kind}`)) return true;
    this.wanted = true;
    return this.table !== this.builtin && isNamespaced(this.table, { apiVersion, kind }) === false;
  }
}

/**
 * The OpenAPI schema of a run: Kubernetes v1.21.2's as kustomize embeds it, or the one that a kustomization's `openapi` field
 * names. Which of several kustomizations counts follows kyaml/openapi: the root's, else the first one that is met.
 */
import { tableFromOpenApi } from '../../patch/schema/openApi.js';
import { type Schema, type SchemaTable, isNamespaced, schemaFor } from '../../patch/schema/schemaTable.js';
import { kustomizeSchema } from '../../patch/schema/builtinTables.js';
import type { JsonObject } from '../../objects/object.js';

export const BUILTIN_VERSION = 'v1.21.2';

/** Kinds newer than the embedded schema that kustomize knows to live outside of namespaces. */
const NEWER_CLUSTER_KINDS = new Set([
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy',
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding',
]);

export class OpenApi {
  table: SchemaTable;
  private readonly builtin: SchemaTable;
  private chosen = false;

  private constructor(builtin: SchemaTable) {
    this.builtin = builtin;
    this.table = builtin;
  }

  static async load(): Promise<OpenApi> {
    return new OpenApi(await kustomizeSchema());
  }

  /** Takes a document in place of the embedded one, or with `undefined` decides for the embedded one; the first call counts. */
  choose(document: JsonObject | undefined): void {
    if (this.chosen) return;
    this.chosen = true;
    if (document !== undefined) this.table = tableFromOpenApi(document);
  }

  get isChosen(): boolean {
    return this.chosen;
  }

  schemaOf(apiVersion: string, kind: string): Schema | undefined {
    return schemaFor(this.table, { apiVersion, kind });
  }

  /** False for kinds that no schema knows: they count as namespaced. */
  isClusterScoped(apiVersion: string, kind: string): boolean {
    const namespaced = isNamespaced(this.builtin, { apiVersion, kind });
    if (namespaced !== undefined) return !namespaced;
    if (NEWER_CLUSTER_KINDS.has(`${apiVersion}/${kind}`)) return true;
    return this.table !== this.builtin && isNamespaced(this.table, { apiVersion, kind }) === false;
  }
}

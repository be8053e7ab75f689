/** The tables that ship with kapply, each loaded when it is first asked for. scripts/generateSchema.ts writes them. */
import type { SchemaTable } from './schemaTable.js';

/**
 * Kubernetes v1.37's built-in kinds: list types and keys, map types, patch strategies, defaults of list keys. For the API
 * server's strategic merge and server-side apply.
 */
export async function kubernetesSchema(): Promise<SchemaTable> {
  return (await import('./kubernetes.json', { with: { type: 'json' } })).default as SchemaTable;
}

/** What kustomize v5.8 embeds: Kubernetes v1.21.2's built-in kinds, and kustomize's own. For its strategic merge. */
export async function kustomizeSchema(): Promise<SchemaTable> {
  return (await import('./kustomize.json', { with: { type: 'json' } })).default as SchemaTable;
}

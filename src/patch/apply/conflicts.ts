import { pathsOf } from './fieldSet.js';
import type { Manager } from './managedFields.js';
import type { OwnershipConflicts } from './ownership.js';
import { formatPath } from './pathElement.js';

/** One field that another manager owns: a cause of the API server's Status, reason `FieldManagerConflict`. */
export interface ApplyConflict {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
  /** `.spec.replicas` */
  readonly field: string;
  /** `conflict with "kubectl" using apps/v1` */
  readonly message: string;
}

/** Every conflict by its manager and field, in the server's order. */
export function describeConflicts(conflicts: OwnershipConflicts): ApplyConflict[] {
  return [...conflicts.values()]
    .sort(({ manager: a }, { manager: b }) => (managerText(a) < managerText(b) ? -1 : 1))
    .flatMap(({ manager, fields }) =>
      pathsOf(fields).map((path) => ({
        manager: manager.name,
        operation: manager.operation,
        apiVersion: manager.apiVersion,
        subresource: manager.subresource,
        field: formatPath(path),
        message: `conflict with ${managerText(manager)}`,
      })),
    );
}

/** The message of the API server's Status (apimachinery, managedfields/internal/conflict.go). */
export function conflictMessage(conflicts: readonly ApplyConflict[]): string {
  const [first] = conflicts;
  if (first !== undefined && conflicts.length === 1) {
    return `Apply failed with 1 conflict: ${first.message}: ${first.field}`;
  }
  const managers = [...new Set(conflicts.map(({ message }) => message))];
  const lines = managers.flatMap((message) => [
    `${message.replace(/^conflict/, 'conflicts')}:`,
    ...conflicts.filter((conflict) => conflict.message === message).map(({ field }) => `- ${field}`),
  ]);
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}

function managerText({ name, subresource, operation, apiVersion }: Manager): string {
  const text = `${JSON.stringify(name)}${subresource === '' ? '' : ` with subresource ${JSON.stringify(subresource)}`}`;
  return operation === 'Update' ? `${text} using ${apiVersion}` : text;
}

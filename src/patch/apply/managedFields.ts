import { inputError } from '../../errors.js';
import type { Json, KubeObject, ManagedFieldsEntry } from '../../objects/object.js';
import type { FieldSet } from './fieldSet.js';
import { parseFieldsV1, serializeFieldsV1 } from './fieldsV1.js';

/** What one manager owns of an object. */
export interface Manager {
  readonly name: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  /** '' for the object itself. */
  readonly subresource: string;
  /** When the set last changed, RFC 3339. */
  readonly time?: string;
  readonly fields: FieldSet;
}

/** By `managerKey`. */
export type Managers = ReadonlyMap<string, Manager>;

/**
 * What makes two entries the same manager: an applier keeps its entry when it changes its apiVersion, an updater has one
 * for each (apimachinery, managedfields/internal, BuildManagerIdentifier).
 */
export function managerKey(manager: Pick<Manager, 'name' | 'operation' | 'apiVersion' | 'subresource'>): string {
  const { name, operation, apiVersion, subresource } = manager;
  return JSON.stringify([operation, name, operation === 'Apply' ? '' : apiVersion, subresource]);
}

/**
 * Reads metadata.managedFields. Throws KapplyError `InvalidManagedFields` or `InvalidFieldsV1` where the API server
 * refuses them.
 */
export function decodeManagedFields(entries: readonly ManagedFieldsEntry[] = []): Managers {
  return new Map(
    entries.map((entry, index): [string, Manager] => {
      const { manager = '', operation, apiVersion = '', fieldsType, fieldsV1, subresource = '', time } = entry;
      const problem = entryProblem(entry);
      if (problem !== undefined || (operation !== 'Apply' && operation !== 'Update')) {
        throw inputError('InvalidManagedFields', `managedFields[${index}]: ${problem ?? 'unknown operation'}`);
      }
      if (fieldsType !== 'FieldsV1') {
        const text = fieldsType === undefined ? 'missing fieldsType' : `invalid fieldsType "${fieldsType}"`;
        throw inputError('InvalidManagedFields', `managedFields[${index}]: ${text}`);
      }
      const decoded: Manager = {
        name: manager,
        operation,
        apiVersion,
        subresource,
        ...(time === undefined ? {} : { time }),
        fields: parseFieldsV1(fieldsV1),
      };
      return [managerKey(decoded), decoded];
    }),
  );
}

function entryProblem({ operation, apiVersion = '' }: ManagedFieldsEntry): string | undefined {
  if (operation !== 'Apply' && operation !== 'Update') return 'operation must be `Apply` or `Update`';
  return apiVersion === '' ? 'apiVersion must not be empty' : undefined;
}

/** Writes metadata.managedFields in the API server's order; undefined where nobody owns anything. */
export function encodeManagedFields(managers: Managers): ManagedFieldsEntry[] | undefined {
  if (managers.size === 0) return undefined;
  return [...managers.values()].sort(compareManagers).map((manager) => ({
    manager: manager.name,
    operation: manager.operation,
    apiVersion: manager.apiVersion,
    ...(manager.time === undefined ? {} : { time: manager.time }),
    fieldsType: 'FieldsV1',
    fieldsV1: serializeFieldsV1(manager.fields),
    ...(manager.subresource === '' ? {} : { subresource: manager.subresource }),
  }));
}

function compareManagers(left: Manager, right: Manager): number {
  return (
    compareText(left.operation, right.operation) ||
    seconds(left) - seconds(right) ||
    compareText(left.name, right.name) ||
    compareText(left.apiVersion, right.apiVersion) ||
    compareText(left.subresource, right.subresource)
  );
}

function compareText(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}

/** When a manager wrote last, in whole seconds since the epoch; 0 where nobody says. */
export function seconds({ time }: Manager): number {
  return time === undefined ? 0 : Math.floor(Date.parse(time) / 1000);
}

/** Whether a request asks to forget all managers: an empty list, or one entry with nothing in it. */
export function resetsManagedFields(entries: Json | readonly ManagedFieldsEntry[] | undefined): boolean {
  if (!Array.isArray(entries)) return false;
  const [first, second] = entries as readonly (ManagedFieldsEntry | undefined)[];
  return first === undefined || (second === undefined && Object.keys(first).length === 0);
}

/** The object with these entries; without any where there are none. */
export function withManagedFields(object: KubeObject, entries: readonly ManagedFieldsEntry[] | undefined): KubeObject {
  const rest = Object.entries(object.metadata).filter(([name]) => name !== 'managedFields');
  const metadata = { ...Object.fromEntries(rest), ...(entries && { managedFields: entries }) };
  return { ...object, metadata: metadata as KubeObject['metadata'] };
}

/** Plain data with every text in it replaced: how what a run says is cleaned and masked as a whole. */

import { mapFields } from './mapFields.js';

/** Decides over a field by its name: its strings, or all that it holds, stay as they are. */
export type LeavesField = (field: string, value: unknown) => boolean;

/**
 * A copy of plain data in which every string value is what `replace` makes of it. Names of fields stay. What nothing
 * changes in comes back as it is, not as a copy.
 */
export function mapTexts<T>(value: T, replace: (text: string) => string, leaves: LeavesField = () => false): T {
  return mapped(value, replace, leaves) as T;
}

function mapped(value: unknown, replace: (text: string) => string, leaves: LeavesField): unknown {
  if (typeof value === 'string') return replace(value);
  if (value === null || typeof value !== 'object') return value;
  // Almost nothing changes in what a run says: a copy is made where something does.
  if (Array.isArray(value)) {
    let items: unknown[] | undefined;
    value.forEach((item: unknown, index) => {
      const changed = mapped(item, replace, leaves);
      if (changed === item) return;
      items ??= [...(value as unknown[])];
      items[index] = changed;
    });
    return items ?? value;
  }
  return mapFields(value, (item, field) => (leaves(field, item) ? item : mapped(item, replace, leaves)));
}

/** Plain data with every text in it replaced: how what a run says is cleaned and masked as a whole. */

import { mapFields, mapItems } from './mapFields.js';

/** Decides over a field by its name: its strings, or all that it holds, stay as they are. */
export type LeavesField = (field: string, value: unknown) => boolean;

/** What a string becomes; `field` is the one that holds it, or the list that it is in. */
type ReplacesText = (text: string, field: string | undefined) => string;

/**
 * A copy of plain data in which every string value is what `replace` makes of it. Names of fields stay. What nothing
 * changes in comes back as it is, not as a copy.
 */
export function mapTexts<T>(value: T, replace: ReplacesText, leaves: LeavesField = () => false): T {
  return mapped(value, replace, leaves) as T;
}

function mapped(value: unknown, replace: ReplacesText, leaves: LeavesField, at?: string): unknown {
  if (typeof value === 'string') return replace(value, at);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return mapItems(value, (item) => mapped(item, replace, leaves, at));
  return mapFields(value, (item, field) => (leaves(field, item) ? item : mapped(item, replace, leaves, field)));
}

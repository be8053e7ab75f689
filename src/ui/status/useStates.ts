/** How the state of an object's use is shown: a word, a glyph and a colour, never a colour alone. */
import type { UseState } from '../../engine/status/useState.js';
import type { Style } from '../style.js';

export const USE_STATES: Readonly<
  Record<UseState, { readonly word: string; readonly glyph: string; readonly paint: keyof Style }>
> = {
  current: { word: 'current', glyph: '●', paint: 'good' },
  inUse: { word: 'in use', glyph: '◐', paint: 'changed' },
  rollback: { word: 'rollback', glyph: '↩', paint: 'faint' },
  stale: { word: 'stale', glyph: '○', paint: 'removed' },
  unknown: { word: 'unknown', glyph: '?', paint: 'warn' },
};

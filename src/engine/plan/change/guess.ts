import type { KubeObject } from '../../../objects/object.js';
import type { Change } from '../member.js';
import { changedWords } from './changedPaths.js';

/** Without the server's word: a create where nothing is there, else a change where a rendered field differs. */
export function guess(live: KubeObject | undefined, desired: KubeObject): Pick<Change, 'action' | 'after' | 'changed'> {
  if (live === undefined) return { action: 'create', after: desired, changed: [] };
  const after = overlay(live, desired) as KubeObject;
  const changed = changedWords(live, after);
  return { action: changed.length === 0 ? 'unchanged' : 'configure', after, changed };
}

/** The live value with the rendered fields over it; lists are taken as rendered where their lengths differ. */
function overlay(live: unknown, desired: unknown): unknown {
  if (Array.isArray(live) && Array.isArray(desired)) {
    return live.length === desired.length ? desired.map((item, index) => overlay(live[index], item)) : desired;
  }
  if (
    live === null ||
    desired === null ||
    typeof live !== 'object' ||
    typeof desired !== 'object' ||
    Array.isArray(live)
  )
    return desired;
  const fields = live as Record<string, unknown>;
  return {
    ...fields,
    ...Object.fromEntries(Object.entries(desired).map(([name, value]) => [name, overlay(fields[name], value)])),
  };
}

import type { Event } from '../../engine/run/events.js';
import type { Style } from '../style.js';
import { cleanLine } from '../untrusted.js';

/** A line of a Job's log, behind the container that wrote it: `migrate-x2kq7/migrate | 12 tables`. */
export function logLine({ pod, container, line }: Extract<Event, { readonly type: 'log' }>, style: Style): string {
  return `${style.faint(`${pod}/${container} |`)} ${cleanLine(line)}`.trimEnd();
}

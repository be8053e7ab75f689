/** How far a rollout has come, in words: for the head of a failure, and for the one line that says all of it. */
import type { ObjectStatus } from '../../engine/run/events.js';
import { keyOf } from '../../objects/object.js';
import type { RunView } from './runView.js';
import { cleanLine } from '../untrusted.js';

/** `0/3 new pods ready, 3 old pods serve`: what counts at two in the morning. Without pods, what the status says. */
export function progressText(view: RunView, status: ObjectStatus): string {
  const { id, ready, serving, progress, message } = status;
  const said = cleanLine(progress ?? message);
  if (ready === undefined || serving === undefined) return said;
  const pods = `${Math.min(serving.new, ready.want)}/${ready.want}`;
  if (view.applied.get(keyOf(id))?.outcome === 'created') return `${pods} pods ready`;
  const old =
    serving.old === 0 ? 'no old pod serves' : serving.old === 1 ? '1 old pod serves' : `${serving.old} old pods serve`;
  return `${pods} new pods ready, ${old}`;
}

/** The same with the worst that keeps it from being ready. */
export function statusLine(view: RunView, status: ObjectStatus): string {
  const { message, progress = message } = status;
  const why = message.startsWith(progress) ? message.slice(progress.length) : '';
  return cleanLine(`${progressText(view, status)}${why}`);
}

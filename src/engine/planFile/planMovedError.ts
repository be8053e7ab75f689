/** The end of a run whose plan no longer holds. */
import { EXIT, KapplyError } from '../../errors.js';
import { formatId } from '../../objects/object.js';
import type { Refusal } from '../plan/refusals/refusal.js';
import type { Moved } from './moved.js';
import type { PlanFile } from './planFile.js';

/** A plan that was approved is not what would be done now: nothing was sent (exit 9). */
export class PlanMovedError extends KapplyError {
  /** Each object that has moved, as a refusal: with the field, what it was and is, who wrote it, and when. */
  readonly refusals: readonly Refusal[];

  constructor(moved: readonly Moved[], { createdAt }: Pick<PlanFile, 'createdAt'>) {
    const names = moved.map(({ id }) => formatId(id));
    const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
    super(
      'PlanMoved',
      `the plan of ${createdAt} no longer holds: ${names.slice(0, 3).join(', ')}${more} moved since. Nothing was sent`,
      EXIT.planMoved,
      { suggestions: ['Make a new plan, and have it approved: kapply plan'] },
    );
    this.name = 'PlanMovedError';
    this.refusals = moved.map(({ id, version, reasons }) => ({
      id,
      version,
      failure: { code: 'PlanMoved', message: `${formatId(id)}: ${reasons.join('; ')}`, suggestions: [] },
    }));
  }
}

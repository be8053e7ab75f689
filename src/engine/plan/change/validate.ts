/** --validate: kubectl's word for what is done with fields that the server does not know. */
import type { Json, KubeObject } from '../../../objects/object.js';
import type { Shape } from '../../../patch/apply/shape.js';
import { withoutUndeclared } from '../../../patch/apply/undeclared.js';

/** `strict` refuses them; `warn` and `ignore` leave them out, with and without a word. */
export type Validate = 'strict' | 'warn' | 'ignore';

/** A manifest without what the server does not know, and the fields that it lost. */
export interface Lenient {
  readonly object: KubeObject;
  readonly dropped: readonly string[];
}

/**
 * Server-side apply refuses an unknown field whatever `fieldValidation` says (seen on 1.37: 500, "field not declared in
 * schema"), so a lenient run leaves it out itself: the server would drop it from any other write.
 * @returns undefined where no field is unknown
 */
export function withoutUnknownFields(object: KubeObject, shape: Shape | undefined): Lenient | undefined {
  if (shape === undefined) return undefined;
  const { value, dropped } = withoutUndeclared(shape, object as unknown as Json);
  return dropped.length === 0 ? undefined : { object: value as unknown as KubeObject, dropped };
}

/** For the notes of a change. */
export function droppedNote(dropped: readonly string[]): string {
  return `is applied without ${dropped.join(', ')}: the server knows no such field`;
}

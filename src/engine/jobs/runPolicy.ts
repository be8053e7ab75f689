/** When a deploy runs a Job anew: docs/jobs.md. Pure. */
import { inputError } from '../../errors.js';
import { RUN_ANNOTATION } from '../../objects/annotations.js';
import { isJob } from '../../objects/kinds.js';
import { formatId, idOf, type KubeObject } from '../../objects/object.js';
import type { RenderedObject } from '../../objects/rendered.js';

const POLICIES = ['on-change', 'always', 'on-failure', 'never'] as const;

/** `never` leaves the Job out of the deploy. */
export type RunPolicy = (typeof POLICIES)[number];

/** The policy that the object is annotated with; undefined for what has none, and for a word that is none. */
export function runPolicyOf({ metadata }: KubeObject): RunPolicy | undefined {
  const text: unknown = metadata.annotations?.[RUN_ANNOTATION];
  return POLICIES.find((policy) => policy === text);
}

/** @throws KapplyError (exit 2) `InvalidRun` for a policy that does not exist, or on what cannot be run anew */
export function refuseInvalidRun({ object, origin }: RenderedObject): void {
  const text: unknown = object.metadata.annotations?.[RUN_ANNOTATION];
  if (text === undefined || text === null) return;
  const name = formatId(idOf(object));
  const policy = runPolicyOf(object);
  if (policy === undefined) {
    throw inputError(
      'InvalidRun',
      `${name}: ${RUN_ANNOTATION} is ${POLICIES.join(', ')}, not ${JSON.stringify(text)}`,
      { position: origin },
    );
  }
  if (isJob(object) || policy === 'never') return;
  throw inputError('InvalidRun', `${name}: ${RUN_ANNOTATION}: ${policy} is for Jobs`, {
    position: origin,
    suggestions: ['Take the annotation off, or make it a Job of batch/v1.'],
  });
}

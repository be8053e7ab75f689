/**
 * Annotations with which people say that a deploy does not wait for an object: of any tool that has one. docs/readiness.md lists
 * them, with those that look alike and mean something else.
 */
import { WAIT_ANNOTATION } from '../../objects/annotations.js';
import type { KubeObject } from '../../objects/object.js';

/** `values`: those that take the object out of the wait; undefined where that it is there is enough. */
export const WAIT_MARKS: readonly { readonly annotation: string; readonly values?: readonly string[] }[] = [
  { annotation: WAIT_ANNOTATION, values: ['disabled', 'false'] },
  { annotation: 'argocd.argoproj.io/ignore-healthcheck', values: ['true'] },
  { annotation: 'kapp.k14s.io/disable-wait' },
  { annotation: 'action.timoni.sh/wait', values: ['disabled'] },
  { annotation: 'pulumi.com/skipAwait', values: ['true'] },
  { annotation: 'kluctl.io/is-ready', values: ['true'] },
  { annotation: 'kluctl.io/hook-wait', values: ['false'] },
  { annotation: 'kluctl.io/validate-ignore', values: ['true'] },
  { annotation: 'werf.io/track-termination-mode', values: ['NonBlocking'] },
  { annotation: 'werf.io/fail-mode', values: ['IgnoreAndContinueDeployProcess'] },
  { annotation: 'krane.shopify.io/required-rollout', values: ['none'] },
];

/** The annotation that takes the object out of the wait, or undefined. */
export function waitMarkOf(object: KubeObject): string | undefined {
  const annotations = object.metadata.annotations ?? {};
  return WAIT_MARKS.find(({ annotation, values }) => {
    const value = annotations[annotation];
    return value !== undefined && (values === undefined || values.includes(value));
  })?.annotation;
}

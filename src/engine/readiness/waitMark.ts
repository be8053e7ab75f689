/** Annotations with which people say that a deploy does not wait for an object: of any tool that has one. */
import { WAIT_ANNOTATION } from '../../objects/annotations.js';
import type { KubeObject } from '../../objects/object.js';

export const WAIT_MARKS: readonly { readonly annotation: string; readonly means: (value: string) => boolean }[] = [
  { annotation: WAIT_ANNOTATION, means: (value) => value === 'disabled' || value === 'false' },
  { annotation: 'argocd.argoproj.io/ignore-healthcheck', means: (value) => value === 'true' },
  { annotation: 'kapp.k14s.io/disable-wait', means: () => true },
  { annotation: 'action.timoni.sh/wait', means: (value) => value === 'disabled' },
  { annotation: 'pulumi.com/skipAwait', means: (value) => value === 'true' },
];

/** The annotation that takes the object out of the wait, or undefined. */
export function waitMarkOf(object: KubeObject): string | undefined {
  const annotations = object.metadata.annotations ?? {};
  return WAIT_MARKS.find(({ annotation, means }) => {
    const value = annotations[annotation];
    return value !== undefined && means(value);
  })?.annotation;
}

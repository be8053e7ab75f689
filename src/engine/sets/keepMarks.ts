/** Annotations with which people, of any tool, say that an object stays: docs/pruning.md. */
import { PRUNE_ANNOTATION } from '../../objects/annotations.js';
import type { KubeObject } from '../../objects/object.js';

interface KeepMark {
  readonly annotation: string;
  readonly means: (value: string) => boolean;
}

export const KEEP_MARKS: readonly KeepMark[] = [
  { annotation: PRUNE_ANNOTATION, means: (value) => value === 'disabled' },
  { annotation: 'client.lifecycle.config.k8s.io/deletion', means: (value) => value === 'detach' },
  { annotation: 'cli-utils.sigs.k8s.io/on-remove', means: (value) => value === 'keep' },
  { annotation: 'kustomize.toolkit.fluxcd.io/prune', means: (value) => value === 'disabled' },
  {
    annotation: 'argocd.argoproj.io/sync-options',
    means: (value) => value.split(',').some((option) => /^prune=false$/i.test(option.trim())),
  },
  { annotation: 'helm.sh/resource-policy', means: (value) => value === 'keep' },
  { annotation: 'kapp.k14s.io/delete-strategy', means: (value) => value === 'orphan' },
];

/** The mark that keeps an object, as `ANNOTATION: VALUE`, or undefined. */
export function keepMarkOf(object: KubeObject): string | undefined {
  const [mark] = Object.entries(keepMarksOf(object));
  return mark === undefined ? undefined : mark.join(': ');
}

/** Every annotation of an object that keeps it. */
export function keepMarksOf({ metadata: { annotations = {} } }: KubeObject): Readonly<Record<string, string>> {
  return Object.fromEntries(
    KEEP_MARKS.flatMap(({ annotation, means }) => {
      const value = annotations[annotation];
      return value !== undefined && means(value) ? [[annotation, value] as const] : [];
    }),
  );
}

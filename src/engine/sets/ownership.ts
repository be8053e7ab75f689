/** Who made an object and who looks after it: kubernetes.md, "One prune candidate", rules 5 to 7. */
import { LAST_APPLIED_ANNOTATION, PRUNE_ANNOTATION, SET_ANNOTATION } from '../../objects/annotations.js';
import type { KubeObject, OwnerReference } from '../../objects/object.js';

/** Annotations with which people, of any tool, say that an object stays. */
const KEEP_MARKS: readonly { readonly annotation: string; readonly means: (value: string) => boolean }[] = [
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
  const annotations = object.metadata.annotations ?? {};
  const mark = KEEP_MARKS.find(({ annotation, means }) => {
    const value = annotations[annotation];
    return value !== undefined && means(value);
  });
  return mark === undefined ? undefined : `${mark.annotation}: ${annotations[mark.annotation] ?? ''}`;
}

/** What other tools leave on the objects that they track. `app.kubernetes.io/managed-by` alone proves nothing. */
const TRACKERS: readonly { readonly tool: string; readonly label?: string; readonly annotation?: string }[] = [
  { tool: 'Flux', label: 'kustomize.toolkit.fluxcd.io/name' },
  { tool: 'Flux', label: 'helm.toolkit.fluxcd.io/name' },
  { tool: 'Argo CD', annotation: 'argocd.argoproj.io/tracking-id' },
  { tool: 'Argo CD', label: 'argocd.argoproj.io/instance' },
  { tool: 'kapp', label: 'kapp.k14s.io/app' },
  { tool: 'an ApplySet', label: 'applyset.kubernetes.io/part-of' },
  { tool: 'Helm', annotation: 'meta.helm.sh/release-name' },
];

/** The tool that tracks an object, with its mark: `Helm (meta.helm.sh/release-name: web)`, or undefined. */
export function trackerOf(object: KubeObject): string | undefined {
  const { labels = {}, annotations = {} } = object.metadata;
  for (const { tool, label, annotation } of TRACKERS) {
    const [key, value] = label === undefined ? [annotation, annotations[annotation ?? '']] : [label, labels[label]];
    if (value !== undefined) return `${tool} (${key ?? ''}: ${value})`;
  }
  return undefined;
}

/** The set that an object belongs to, or undefined where kapply did not apply it. */
export function setOf(object: KubeObject): string | undefined {
  return object.metadata.annotations?.[SET_ANNOTATION];
}

/** The owner that controls an object and makes it anew (meta/v1 OwnerReference.controller), or undefined. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find(({ controller }) => controller === true);
}

/** True where one of the managers has a server-side apply entry of its own on the object. */
export function isAppliedBy(object: KubeObject, managers: readonly string[]): boolean {
  return (object.metadata.managedFields ?? []).some(
    ({ operation, manager }) => operation === 'Apply' && manager !== undefined && managers.includes(manager),
  );
}

/** True where `kubectl apply` made it, client-side: the last-applied annotation is there, whatever it holds. */
export function hasLastApplied(object: KubeObject): boolean {
  return Object.hasOwn(object.metadata.annotations ?? {}, LAST_APPLIED_ANNOTATION);
}

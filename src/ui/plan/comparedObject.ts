/** What of an object a diff compares. */
import type { KubeObject } from '../../objects/object.js';
import { withoutServerFields } from '../../objects/serverFields.js';
import { isJob } from '../../objects/kinds.js';

/** What the server labels the pods of a Job with (registry/batch/job/strategy.go, generateSelector): its name, and its UID. */
const JOB_LABELS: ReadonlySet<string> = new Set([
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-name',
  'controller-uid',
  'job-name',
]);

interface JobSpec {
  readonly manualSelector?: boolean;
  readonly selector?: unknown;
  readonly template?: { readonly metadata?: { readonly labels?: Readonly<Record<string, string>> } };
}

/**
 * An object without what the server writes by itself. A Job's UID is another one in each dry run, and stands in its labels;
 * a deletion that has begun is no difference of what was meant.
 */
export function comparedObject(object: KubeObject): KubeObject {
  const { metadata, ...content } = withoutServerFields(object);
  const { deletionTimestamp: _, ...given } = metadata;
  const compared = { ...content, metadata: given } as KubeObject;
  return isJob(object) ? { ...compared, spec: jobSpec(object.spec as JobSpec | undefined) } : compared;
}

function jobSpec(spec: JobSpec | undefined): JobSpec | undefined {
  const labels = spec?.template?.metadata?.labels;
  if (spec === undefined || labels === undefined || spec.manualSelector === true) return spec;
  const { selector, ...rest } = spec;
  const written = Object.fromEntries(Object.entries(labels).filter(([label]) => !JOB_LABELS.has(label)));
  return { ...rest, template: { ...spec.template, metadata: { ...spec.template?.metadata, labels: written } } };
}

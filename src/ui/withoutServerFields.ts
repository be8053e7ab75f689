import type { KubeObject } from '../objects/object.js';

/** What the server keeps for itself: nobody's manifest holds it, and it differs after every write. */
const SERVER_METADATA: ReadonlySet<string> = new Set([
  'creationTimestamp',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
]);

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

/** An object without what the server writes by itself. A Job's UID is another one in each dry run, and stands in its labels. */
export function withoutServerFields(object: KubeObject): KubeObject {
  const { status, ...rest } = object;
  const metadata = Object.fromEntries(Object.entries(object.metadata).filter(([field]) => !SERVER_METADATA.has(field)));
  const shown = { ...rest, metadata } as unknown as KubeObject;
  return isJob(object) ? { ...shown, spec: jobSpec(object.spec as JobSpec | undefined) } : shown;
}

function isJob({ apiVersion, kind }: KubeObject): boolean {
  return kind === 'Job' && apiVersion.startsWith('batch/');
}

function jobSpec(spec: JobSpec | undefined): JobSpec | undefined {
  const labels = spec?.template?.metadata?.labels;
  if (spec === undefined || labels === undefined || spec.manualSelector === true) return spec;
  const { selector, ...rest } = spec;
  const written = Object.fromEntries(Object.entries(labels).filter(([label]) => !JOB_LABELS.has(label)));
  return { ...rest, template: { ...spec.template, metadata: { ...spec.template?.metadata, labels: written } } };
}

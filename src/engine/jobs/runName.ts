/**
 * The name of one run of a Job. A Job cannot be changed and has one name, so a run that is to stand beside the one before
 * has a name of its own: by its content with `on-change`, by a number with `always`. Pure.
 */
import { createHash } from 'node:crypto';
import { RUN_OF_LABEL } from '../../objects/annotations.js';
import { canonicalJson } from '../../objects/canonicalJson.js';
import { isJsonObject } from '../../objects/json.js';
import type { JsonObject, KubeObject } from '../../objects/object.js';
import { runPolicyOf, type RunPolicy } from './runPolicy.js';

/** The pods of a Job carry its name as a label: batch/v1 takes no longer ones. */
const LONGEST_NAME = 63;
const HASH_LENGTH = 8;
/** Room for a dash and a hash, or for `-r` and six digits. */
const LONGEST_STEM = LONGEST_NAME - HASH_LENGTH - 1;

/**
 * Fields of a Job's spec that the server lets change in place (seen, e2e/scenarios/jobRuns): they say how a run is kept and
 * paced, not what it does.
 */
const CHANGED_IN_PLACE: ReadonlySet<string> = new Set([
  'activeDeadlineSeconds',
  'backoffLimit',
  'parallelism',
  'podReplacementPolicy',
  'suspend',
  'ttlSecondsAfterFinished',
]);

/** What the runs of a Job of this name are labelled with: the name itself, as far as a label can hold it. */
export function runFamily(name: string): string {
  return name.slice(0, LONGEST_NAME).replace(/[-.]+$/, '');
}

/** The name in the manifests of a Job that kapply runs, from its label; undefined for every other object. */
export function runFamilyOf({ kind, metadata }: KubeObject): string | undefined {
  return kind === 'Job' ? metadata.labels?.[RUN_OF_LABEL] : undefined;
}

/** The run of a rendered Job that these live runs of it call for: with its name, and the label by which all are found. */
export function asRun(rendered: KubeObject, live: readonly KubeObject[]): KubeObject {
  const policy = runPolicyOf(rendered);
  if (policy === undefined || policy === 'never') return rendered;
  return namedRun(rendered, nameFor(rendered, policy, live));
}

/** The rendered Job as the run of this name. */
export function namedRun(rendered: KubeObject, name: string): KubeObject {
  const family = { [RUN_OF_LABEL]: runFamily(rendered.metadata.name) };
  const { template, ...spec } = specOf(rendered);
  const pod = (template ?? {}) as { readonly metadata?: { readonly labels?: JsonObject } };
  const labelled = { ...pod, metadata: { ...pod.metadata, labels: { ...pod.metadata?.labels, ...family } } };
  return {
    ...rendered,
    metadata: { ...rendered.metadata, name, labels: { ...rendered.metadata.labels, ...family } },
    spec: { ...keptSpec(spec, runPolicyOf(rendered)), template: labelled },
  };
}

/** The last run tells that there was one: where that is asked, no time to live takes it away. */
function keptSpec(spec: JsonObject, policy: RunPolicy | undefined): JsonObject {
  if (policy === 'always') return spec;
  const { ttlSecondsAfterFinished: _, ...kept } = spec;
  return kept;
}

function nameFor(rendered: KubeObject, policy: RunPolicy, live: readonly KubeObject[]): string {
  const { name } = rendered.metadata;
  if (policy === 'on-failure') return name;
  const stem = stemOf(name);
  if (policy === 'on-change') return `${stem}-${contentHash(rendered)}`;
  const numbers = live.map((run) => numberOf(run.metadata.name, stem));
  return `${stem}-r${Math.max(0, ...numbers) + 1}`;
}

/** The beginning that all runs share; a name without room for more is cut, and told apart by its hash. */
function stemOf(name: string): string {
  if (name.length <= LONGEST_STEM) return name;
  const short = name.slice(0, LONGEST_STEM - HASH_LENGTH - 1).replace(/[-.]+$/, '');
  return `${short}-${hashOf(name)}`;
}

function numberOf(name: string, stem: string): number {
  const number = name.startsWith(`${stem}-r`) ? name.slice(stem.length + 2) : '';
  return /^[1-9]\d{0,5}$/.test(number) ? Number(number) : 0;
}

/** Equal for what does the same: the spec, without what can be changed on a run that is there. */
function contentHash(rendered: KubeObject): string {
  const spec = Object.entries(specOf(rendered)).filter(([field]) => !CHANGED_IN_PLACE.has(field));
  return hashOf(canonicalJson(Object.fromEntries(spec)));
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH);
}

function specOf({ spec }: KubeObject): JsonObject {
  return isJsonObject(spec) ? spec : {};
}

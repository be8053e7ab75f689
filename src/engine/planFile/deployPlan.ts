/** A deploy of a plan that somebody has approved: exactly that, or nothing. */
import type { Cluster } from '../../cluster/cluster.js';
import { EXIT, KapplyError } from '../../errors.js';
import { canonicalJson } from '../../objects/canonicalJson.js';
import { hideSecrets, type Masks } from '../../objects/masks.js';
import { formatId, idOf } from '../../objects/object.js';
import type { RenderedObject } from '../../objects/rendered.js';
import { differingPaths } from '../plan/change/changedPaths.js';
import { PLAN_DEFAULTS } from '../run/defaults.js';
import { deployWith } from '../run/deploy.js';
import type { DeployOptions, RunContext } from '../run/options.js';
import type { Report } from '../run/report.js';
import { approvedPlan } from './approvedPlan.js';
import { uidOfNamespace } from './clusterIdentity.js';
import { placeField } from './lastWriter.js';
import { plannedObjects } from './makePlanFile.js';
import type { PlanFile, PlannedOptions } from './planFile.js';
import { makeSealer, type Sealer } from './seal.js';

/** How an approved plan is carried out: what is no part of the plan. */
export type RunPlanFileOptions = Omit<DeployOptions, keyof PlannedOptions | 'readinessRules'>;

export interface DeployPlanOptions extends RunPlanFileOptions {
  readonly file: PlanFile;
  /** What must not be said; it has the file's rules. */
  readonly known: Masks;
}

/**
 * Deploys what a plan file says. The plan is made anew, also after another run was waited for, and held against the file.
 * Failures are in the report, as `deploy` says; a plan that no longer holds ends with exit 9.
 * @param rendered what the file was made from, as `objectsOf` has it
 */
export async function deployPlan(
  rendered: readonly RenderedObject[],
  { file, known, ...how }: DeployPlanOptions,
  context: RunContext,
): Promise<Report> {
  const sealer = makeSealer(file.salt, known);
  // What a file does not say is as by default: JSON leaves out what is undefined.
  const planned = { ...PLAN_DEFAULTS, ...file.options, readinessRules: file.readinessRules };
  const options = { ...how, ...planned, dryRun: how.dryRun };
  return deployWith(rendered, options, context, async (prepared, planning, running) => {
    await refuseOtherCluster(file, known, running);
    return approvedPlan(prepared, { ...planning, file, sealer }, running);
  });
}

/**
 * What is deployed: what the file holds, or, where it holds hashes instead of values, what was rendered again.
 * @param again what was rendered now; undefined where nothing was
 * @throws KapplyError `PlanNeedsSource` (exit 2), `PlanSourceChanged` (exit 9)
 */
export function objectsOf(
  file: PlanFile,
  again: readonly RenderedObject[] | undefined,
  known: Masks,
): readonly RenderedObject[] {
  if (again !== undefined) {
    refuseOtherSource(file, again, makeSealer(file.salt, known));
    return again;
  }
  const sealed = file.objects.filter((object) => object.sealed).map(({ manifest }) => formatId(idOf(manifest)));
  if (sealed.length === 0) {
    return file.objects.map(({ manifest, sealed: _, ...object }) => ({ ...object, object: manifest }));
  }
  const more = sealed.length > 3 ? ` and ${sealed.length - 3} more` : '';
  throw new KapplyError(
    'PlanNeedsSource',
    `the plan holds hashes instead of the secret values of ${sealed.slice(0, 3).join(', ')}${more}`,
    EXIT.input,
    { suggestions: [`Render the same again, beside the plan: --plan FILE ${file.origin.source}`] },
  );
}

function refuseOtherSource(file: PlanFile, again: readonly RenderedObject[], sealer: Sealer): void {
  const now = plannedObjects(again, sealer);
  const keyOfManifest = (object: RenderedObject['object']): string =>
    canonicalJson({ ...idOf(object), namespace: object.metadata.namespace ?? '' });
  const before = new Map(file.objects.map(({ manifest }) => [keyOfManifest(manifest), manifest] as const));
  const seen = new Set(now.map(({ manifest }) => keyOfManifest(manifest)));
  const changed = [
    ...now.flatMap(({ manifest }) => {
      const was = before.get(keyOfManifest(manifest));
      if (was === undefined) return [`${formatId(idOf(manifest))} is new`];
      if (canonicalJson(was) === canonicalJson(manifest)) return [];
      const paths = differingPaths(was, manifest).map((path) => placeField(manifest, path).path);
      return [`${formatId(idOf(manifest))} (${paths.slice(0, 3).join(', ')})`];
    }),
    ...file.objects.flatMap(({ manifest }) =>
      seen.has(keyOfManifest(manifest)) ? [] : [`${formatId(idOf(manifest))} is gone`],
    ),
  ];
  if (changed.length === 0) return;
  const more = changed.length > 5 ? ` and ${changed.length - 5} more` : '';
  throw new KapplyError(
    'PlanSourceChanged',
    `what is rendered is not what the plan was made from: ${changed.slice(0, 5).join(', ')}${more}. Nothing was sent`,
    EXIT.planMoved,
    {
      suggestions: [
        file.origin.commit === null
          ? 'Check out what the plan was made from, or make a new plan.'
          : `Check out ${file.origin.commit}, from which the plan was made, or make a new plan.`,
      ],
    },
  );
}

async function refuseOtherCluster(
  { cluster: planned, target }: PlanFile,
  known: Masks,
  { cluster, signal }: { readonly cluster: Cluster; readonly signal: AbortSignal },
): Promise<void> {
  const uid = planned === null ? undefined : await uidOfNamespace(cluster, planned.namespace, { signal });
  const isSame =
    planned !== null && uid !== undefined ? uid === planned.uid : hideSecrets(cluster.server, known) === target.server;
  if (isSame) return;
  throw new KapplyError(
    'OtherCluster',
    `the plan is for another cluster: ${target.server}${target.context === null ? '' : ` (context ${target.context} there)`}, and this is ${cluster.server}. Nothing was sent`,
    EXIT.input,
    { suggestions: ['Name the cluster of the plan with --context or --kubeconfig.'] },
  );
}

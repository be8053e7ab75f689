/** From what was rendered to the members of a set, in their stages: the road up to where the server is asked. */
import { inputError } from '../../../errors.js';
import type { Discovery } from '../../../cluster/cluster.js';
import { stampConfigHashes } from '../../configs/configHash.js';
import type { KubeObject } from '../../../objects/object.js';
import type { RenderedObject } from '../../../objects/rendered.js';
import { checkSetNames } from '../../sets/setName.js';
import { refuseInvalidRules } from '../../readiness/expressions/load.js';
import { parsePruneSelector } from '../../../objects/selector.js';
import { sortIntoStages, type Stage } from '../../apply/waves.js';
import type { PlanOptions, PlanContext } from '../../run/options.js';
import type { Member } from '../member.js';
import { settleRendered } from '../../jobs/hooks.js';
import { refuseInvalidRun } from '../../jobs/runPolicy.js';
import { refuseDuplicateKeys } from './duplicateKeys.js';
import { elsewhereWarnings } from './elsewhere.js';
import { prepareObjects } from './prepare.js';

/** Rendered objects that were found fit to be sent, and where to. */
export interface PreparedSet {
  readonly discovery: Discovery;
  /** In the order in which they are applied. */
  readonly stages: readonly Stage<Member>[];
  /** In the order in which they were rendered. */
  readonly members: readonly Member[];
  /** What of the input will not do what people think. */
  readonly warnings: readonly string[];
  /** What is not rendered and stays all the same, as it is now: it is no leftover, and what it names is in use (docs/rollback.md). */
  readonly staying?: readonly KubeObject[];
}

/** What can be found out without a plan depends on these. */
export type PrepareSetOptions = Pick<PlanOptions, 'set' | 'formerSet' | 'namespace' | 'pruneLabel' | 'restartOnChange'>;

/**
 * Checks the input of a deploy against what the server serves, without the hooks of other tools that have no place in it. Only discovery is read.
 * @throws KapplyError (exit 2) for input that cannot be applied
 */
export async function prepareDeploy(
  rendered: readonly RenderedObject[],
  options: PlanOptions,
  context: PlanContext,
  begin?: () => void,
): Promise<PreparedSet> {
  for (const item of rendered) refuseInvalidRun(item);
  const { objects, warnings } = settleRendered(rendered);
  await refuseInvalidRules(
    objects.map(({ object }) => object),
    options.readinessRules,
  );
  const prepared = await prepareSet(objects, options, context, begin);
  return { ...prepared, warnings: [...warnings, ...prepared.warnings] };
}

/** As `prepareDeploy`, of everything that was rendered. `begin` is called before the first request, when the input is good. */
export async function prepareSet(
  rendered: readonly RenderedObject[],
  options: PrepareSetOptions,
  { cluster, signal }: PlanContext,
  begin?: () => void,
): Promise<PreparedSet> {
  if (options.pruneLabel !== undefined) parsePruneSelector(options.pruneLabel);
  checkSetNames(options);
  refuseEmpty(rendered, options);
  for (const item of rendered) refuseDuplicateKeys(item);
  begin?.();
  const discovery = await cluster.discover({ signal });
  const prepared = prepareObjects(rendered, {
    discovery,
    set: options.set,
    namespace: options.namespace,
    defaultNamespace: cluster.namespace,
  });
  const stamped = options.restartOnChange ? stampConfigHashes(prepared.map(({ object }) => object)) : undefined;
  const members = prepared.map((member, index) => ({ ...member, object: stamped?.[index] ?? member.object }));
  return { discovery, members, stages: sortIntoStages(members), warnings: elsewhereWarnings(members) };
}

function refuseEmpty(rendered: readonly RenderedObject[], options: PrepareSetOptions): void {
  if (rendered.length > 0) return;
  const would =
    options.pruneLabel === undefined
      ? 'there is nothing to deploy'
      : `everything with ${options.pruneLabel} would be pruned`;
  throw inputError('EmptyRender', `nothing was rendered: ${would}`, {
    suggestions: ['Check the resources of the kustomization, or the files. To remove a whole set, use kapply delete.'],
  });
}

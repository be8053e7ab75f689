/** Rules for what delivers other things: Crossplane and Argo. What Crossplane manages goes by the general rule. */
import { has, rest, shipped } from './conditions.js';

/** Of Crossplane. */
export const crossplane = [
  ...shipped('pkg.crossplane.io', ['Provider', 'Configuration', 'Function'], {
    rests: [
      rest(
        has('Synced', 'False', ['ReconcilePaused']),
        'suspended',
        'is suspended (ReconcilePaused): nothing is awaited',
      ),
      rest(
        `spec.?revisionActivationPolicy.orValue('') == 'Manual' && ${has('Installed', 'False', ['InactivePackageRevision'])}`,
        'waits to be activated',
        'has a revision that waits until somebody activates it (spec.revisionActivationPolicy)',
      ),
    ],
    current: `${has('Installed', 'True')} && ${has('Healthy', 'True')}`,
  }),
  ...shipped('apiextensions.crossplane.io', ['CompositeResourceDefinition'], {
    current: `${has('Established', 'True')} && (!has(spec.claimNames) || ${has('Offered', 'True')})`,
  }),
];

const SAME_SOURCE = ['repoURL', 'targetRevision', 'path', 'chart']
  .map(
    (field) =>
      `status.sync.?comparedTo.?source.?${field}.orValue(spec.?source.?${field}.orValue('')) == spec.?source.?${field}.orValue('')`,
  )
  .join(' && ');

const SYNCED_BY_HAND =
  '(!spec.?syncPolicy.?automated.hasValue() || !spec.?syncPolicy.?automated.?enabled.orValue(true))';

/** Of Argo. */
export const argo = [
  ...shipped('argoproj.io', ['Application'], {
    // It has no observedGeneration: what it was compared to last may be what was there before.
    inProgress: `!(${SAME_SOURCE})`,
    rests: [
      rest(
        `status.health.status == 'Suspended'`,
        'suspended',
        'is suspended (status.health): something of it waits for somebody',
      ),
      rest(
        `status.sync.status == 'OutOfSync' && ${SYNCED_BY_HAND} && status.?operationState.?phase.orValue('') in ['', 'Succeeded']`,
        'waits to be synced',
        'is synced by hand: it waits until somebody does (spec.syncPolicy)',
      ),
    ],
    failing: `status.?operationState.?phase.orValue('') in ['Failed', 'Error'] || status.?conditions.orValue([]).exists(c, c.type == 'InvalidSpecError')`,
    current: `status.health.status == 'Healthy' && status.sync.status == 'Synced'`,
  }),
  ...shipped('argoproj.io', ['Workflow'], {
    failed: `status.phase in ['Failed', 'Error']`,
    current: `status.phase == 'Succeeded'`,
  }),
];

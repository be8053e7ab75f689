/** Flags of what is applied, and as whose. */
import * as Flags from '@oclif/core/flags';
import { DEPLOY_DEFAULTS } from '../../engine/run/defaults.js';

/** How objects are applied: what a plan depends on. */
export const applyFlags = {
  set: Flags.string({
    description:
      "Name of what this deploy owns. Default: the kustomization's metadata.name; without either it owns nothing, and prunes stale generated configs only.",
    helpValue: 'NAME',
  }),
  'renamed-from': Flags.string({
    description: 'Former name of this set: what belongs to it moves to the new name.',
    helpValue: 'NAME',
  }),
  'take-over': Flags.boolean({ description: 'Take objects over that belong to another set.' }),
  'field-manager': Flags.string({
    description: 'Name under which the server keeps what this tool applied.',
    helpValue: 'NAME',
    default: DEPLOY_DEFAULTS.fieldManager,
  }),
  'force-conflicts': Flags.boolean({ description: 'Take fields over that another field manager owns.' }),
  'take-over-manager': Flags.string({
    description: "Make a field manager's fields part of this deploy, so that what the manifests lack goes: helm.",
    helpValue: 'NAME',
    multiple: true,
  }),
  validate: Flags.option({
    description: 'What is done with fields that the server does not know: refused, left out with a warning, left out.',
    options: ['strict', 'warn', 'ignore', 'true', 'false'] as const,
    default: DEPLOY_DEFAULTS.validate,
  })(),
  'allow-missing': Flags.boolean({
    description: 'Do not warn of configs, keys, accounts and classes that are named and that nothing has yet.',
  }),
  'restart-on-change': Flags.boolean({
    description:
      'Roll workloads out as well when a plain-named ConfigMap or Secret of the set changes that they read at start, not as a whole volume.',
  }),
  own: Flags.boolean({
    description: 'Make generated configs owned by the workloads that use them, so that they go with the workload.',
  }),
};

import * as Flags from '@oclif/core/flags';
import type { RenderOptions } from '../render/options.js';

const helpGroup = 'KUSTOMIZE';

/** The flags of `kustomize build` that say how a kustomization is read, with its names and meanings. */
export const renderFlags = {
  'load-restrictor': Flags.string({
    description: 'LoadRestrictionsNone lets kustomizations read files outside of their folders.',
    options: ['LoadRestrictionsRootOnly', 'LoadRestrictionsNone'],
    helpGroup,
  }),
  reorder: Flags.string({
    description: 'Order of the output where sortOptions of the kustomization does not say one.',
    options: ['legacy', 'none'],
    helpGroup,
  }),
  'enable-managedby-label': Flags.boolean({
    description: 'Label everything with app.kubernetes.io/managed-by.',
    helpGroup,
  }),
  'enable-helm': Flags.boolean({ description: 'Allow helmCharts: runs helm.', helpGroup }),
  'helm-command': Flags.string({ description: 'The helm program.', helpValue: 'PATH', helpGroup }),
  'helm-api-versions': Flags.string({
    description: 'An API version that charts may ask for.',
    multiple: true,
    helpValue: 'GROUP/VERSION',
    helpGroup,
  }),
  'helm-kube-version': Flags.string({
    description: 'The Kubernetes version that charts may ask for.',
    helpValue: 'VERSION',
    helpGroup,
  }),
  'helm-debug': Flags.boolean({ description: 'Let helm say more.', helpGroup }),
  'enable-alpha-plugins': Flags.boolean({
    description: 'Allow generators and transformers that are programs.',
    helpGroup,
  }),
  'enable-exec': Flags.boolean({ description: 'Allow functions that are programs of this machine.', helpGroup }),
  env: Flags.string({
    char: 'e',
    description: 'An environment variable for functions.',
    multiple: true,
    helpValue: 'NAME[=VALUE]',
    helpGroup,
  }),
};

interface RenderFlagValues {
  readonly 'load-restrictor'?: string | undefined;
  readonly reorder?: string | undefined;
  readonly 'enable-managedby-label': boolean;
  readonly 'enable-helm': boolean;
  readonly 'helm-command'?: string | undefined;
  readonly 'helm-api-versions'?: string[] | undefined;
  readonly 'helm-kube-version'?: string | undefined;
  readonly 'helm-debug': boolean;
  readonly 'enable-alpha-plugins': boolean;
  readonly 'enable-exec': boolean;
  readonly env?: string[] | undefined;
}

export function renderOptionsOf(flags: RenderFlagValues): RenderOptions {
  const helmCommand = flags['helm-command'];
  const helmApiVersions = flags['helm-api-versions'];
  const helmKubeVersion = flags['helm-kube-version'];
  return {
    loadRestrictor: flags['load-restrictor'] === 'LoadRestrictionsNone' ? 'none' : 'rootOnly',
    reorder: flags.reorder === 'none' ? 'none' : 'legacy',
    enableManagedbyLabel: flags['enable-managedby-label'],
    enableHelm: flags['enable-helm'],
    ...(helmCommand !== undefined && { helmCommand }),
    ...(helmApiVersions !== undefined && { helmApiVersions }),
    ...(helmKubeVersion !== undefined && { helmKubeVersion }),
    helmDebug: flags['helm-debug'],
    enableAlphaPlugins: flags['enable-alpha-plugins'],
    enableExec: flags['enable-exec'],
    ...(flags.env !== undefined && { env: flags.env }),
  };
}

import * as Flags from '@oclif/core/flags';
import type { RenderOptions } from '../../render/options.js';

const helpGroup = 'KUSTOMIZE';

/** The flags of `kustomize build` that say how a kustomization is read, with its names and meanings: for whatever takes -k. */
export const kustomizeFlags = {
  'load-restrictor': Flags.string({
    description: 'LoadRestrictionsNone lets kustomizations read files outside of their folders.',
    options: ['LoadRestrictionsRootOnly', 'LoadRestrictionsNone'],
    helpGroup,
  }),
  'enable-managedby-label': Flags.boolean({
    description: 'Label everything with app.kubernetes.io/managed-by.',
    helpGroup,
  }),
  'enable-helm': Flags.boolean({ description: 'Allow helmCharts: runs helm.', helpGroup }),
  'enable-helm-plugins': Flags.boolean({
    description: "Allow helm's plugins, which are programs, of helmGlobals.configHome.",
    helpGroup,
  }),
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
  remote: Flags.boolean({
    description: 'Fetch git repositories, files of the web and charts. With --no-remote they are refused.',
    default: true,
    allowNo: true,
    helpGroup,
  }),
  'helm-debug': Flags.boolean({ description: 'Let helm say more.', helpGroup }),
  'enable-alpha-plugins': Flags.boolean({
    description: 'Allow generators and transformers that are programs.',
    helpGroup,
  }),
  'enable-exec': Flags.boolean({ description: 'Allow functions that are programs of this machine.', helpGroup }),
  network: Flags.boolean({ description: 'Allow functions in containers to use the network.', helpGroup }),
  mount: Flags.string({
    description: 'Storage for functions in containers: type=bind,src=/data,dst=/data[,rw=true].',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'MOUNT',
    helpGroup,
  }),
  'as-current-user': Flags.boolean({
    description: 'Run functions in containers as the user who runs kapply, instead of nobody.',
    helpGroup,
  }),
  env: Flags.string({
    char: 'e',
    description: 'An environment variable for functions; by its name alone, for git and helm as well.',
    multiple: true,
    helpValue: 'NAME[=VALUE]',
    helpGroup,
  }),
  'render-budget': Flags.integer({
    description: 'Let rendering take so many times the usual limit of values, text and time.',
    min: 1,
    max: 1000,
    helpValue: 'N',
    helpGroup,
  }),
};

/** Those that say how it is printed as well. */
export const renderFlags = {
  ...kustomizeFlags,
  reorder: Flags.string({
    description: 'Order of the output where sortOptions of the kustomization does not say one.',
    options: ['legacy', 'none'],
    helpGroup,
  }),
};

export interface KustomizeFlagValues {
  readonly 'load-restrictor'?: string | undefined;
  readonly reorder?: string | undefined;
  readonly 'enable-managedby-label': boolean;
  readonly 'enable-helm': boolean;
  readonly 'enable-helm-plugins': boolean;
  readonly remote: boolean;
  readonly 'helm-command'?: string | undefined;
  readonly 'helm-api-versions'?: string[] | undefined;
  readonly 'helm-kube-version'?: string | undefined;
  readonly 'helm-debug': boolean;
  readonly 'enable-alpha-plugins': boolean;
  readonly 'enable-exec': boolean;
  readonly network: boolean;
  readonly mount?: string[] | undefined;
  readonly 'as-current-user': boolean;
  readonly env?: string[] | undefined;
  readonly 'render-budget'?: number | undefined;
}

/** kustomize's flags as options of rendering. */
export function renderOptionsOf(flags: KustomizeFlagValues): RenderOptions {
  const helmCommand = flags['helm-command'];
  const helmApiVersions = flags['helm-api-versions'];
  const helmKubeVersion = flags['helm-kube-version'];
  return {
    loadRestrictor: flags['load-restrictor'] === 'LoadRestrictionsNone' ? 'none' : 'rootOnly',
    reorder: flags.reorder === 'none' ? 'none' : 'legacy',
    enableManagedbyLabel: flags['enable-managedby-label'],
    enableHelm: flags['enable-helm'],
    enableHelmPlugins: flags['enable-helm-plugins'],
    remote: flags.remote,
    ...(helmCommand !== undefined && { helmCommand }),
    ...(helmApiVersions !== undefined && { helmApiVersions }),
    ...(helmKubeVersion !== undefined && { helmKubeVersion }),
    helmDebug: flags['helm-debug'],
    enableAlphaPlugins: flags['enable-alpha-plugins'],
    enableExec: flags['enable-exec'],
    network: flags.network,
    ...(flags.mount !== undefined && { mounts: flags.mount }),
    asCurrentUser: flags['as-current-user'],
    ...(flags.env !== undefined && { env: flags.env }),
    ...(flags['render-budget'] !== undefined && { budget: flags['render-budget'] }),
  };
}

/** What a user can ask of rendering; the names are those of `kustomize build`'s flags. */
export interface RenderOptions {
  /** Whether files must lie in or below their kustomization's folder; `rootOnly` unless told otherwise. */
  readonly loadRestrictor?: 'rootOnly' | 'none';
  /** The order of the output where the kustomization does not say one itself; `legacy` unless told otherwise. */
  readonly reorder?: 'legacy' | 'none';
  /** Labels everything with app.kubernetes.io/managed-by. */
  readonly enableManagedbyLabel?: boolean;
  readonly enableHelm?: boolean;
  /** The program that is run for helm charts: `helm` unless told otherwise. */
  readonly helmCommand?: string;
  readonly helmApiVersions?: readonly string[];
  readonly helmKubeVersion?: string;
  readonly helmDebug?: boolean;
  /** Allows generators, transformers and validators other than the built-in ones. */
  readonly enableAlphaPlugins?: boolean;
  /** Allows functions that are programs of this machine. */
  readonly enableExec?: boolean;
  /** Allows functions in containers to use the network where they ask for it. */
  readonly network?: boolean;
  /** Storage for functions in containers: `type=bind,src=/data,dst=/data,rw=true`. */
  readonly mounts?: readonly string[];
  /** Whether functions in containers run as this process' user, not as nobody. */
  readonly asCurrentUser?: boolean;
  /** Environment variables for functions: `NAME=value`, or `NAME` to hand on the one of this process. */
  readonly env?: readonly string[];
  /** Allows the plugins of helm that helmGlobals.configHome or the machine has; with `enableHelm`. */
  readonly enableHelmPlugins?: boolean;
  /** Whether git repositories, files of the web, charts and images may be fetched; true unless told otherwise. */
  readonly remote?: boolean;
  /** The environment of the process; git, helm, docker and plugins get a part of it (programs/environment.ts). None unless given. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** What relative paths are relative to, and how files are named in messages; the working directory unless told otherwise. */
  readonly cwd?: string;
  readonly signal?: AbortSignal;
  /** So many times the usual number of values, characters and seconds (budget.ts); 1 unless told otherwise. */
  readonly budget?: number;
}

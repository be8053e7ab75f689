/**
 * Where the end-to-end tests run: what the run found out before its first test, handed on through the process'
 * environment, so that mocha's workers have it as well.
 */
const variable = 'KAPPLY_E2E_ENVIRONMENT';

export interface Environment {
  /** `cluster`: the one of KUBECONFIG, with real kubelets; `control-plane`: the built one, with the stand-in. */
  readonly kind: 'cluster' | 'control-plane';
  /** The administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** The folder with one kubeconfig for each test user, `USER.kubeconfig`; only the built control plane has them. */
  readonly folder: string | undefined;
}

export type Found = Environment | { readonly kind: 'none'; readonly why: string };

export function publish(found: Found): void {
  process.env[variable] = JSON.stringify(found);
}

/** What `publish` was given. */
export function foundEnvironment(): Found {
  const text = process.env[variable];
  if (text === undefined) throw new Error('run the end-to-end tests with `npm run e2e`');
  return JSON.parse(text) as Found;
}

export function environment(): Environment {
  const found = foundEnvironment();
  if (found.kind === 'none') throw new Error(found.why);
  return found;
}

/** What `.kapply.yaml` may say: docs/decisions/0003. */

export const DEFAULTS_FILE = '.kapply.yaml';

/** The key of `.kapply.yaml` that is no flag: rules of readiness (docs/readiness.md). */
export const READINESS_KEY = 'readiness';

/**
 * Flags that agree to nothing and choose no target: how a run waits, what it shows, what its own configs are called. The file may be
 * somebody else's branch, which a reviewer only looks at.
 */
export const FROM_A_FILE: ReadonlySet<string> = new Set([
  'allow-missing',
  'annotate',
  'color',
  'concurrency',
  'enable-managedby-label',
  'exit-code',
  'fail-fast',
  'helm-api-versions',
  'helm-debug',
  'helm-kube-version',
  'keep',
  'keep-rollback',
  'lock-timeout',
  'logs',
  'mask',
  'output',
  'prune-label',
  'quiet',
  'records',
  'reorder',
  'request-timeout',
  'restart-on-change',
  'set',
  'stat',
  'timeout',
  'timestamps',
  'verbose',
  'wait',
]);

const CONSENT = 'it agrees to what a person has to agree to';
const TARGET = 'it chooses what is changed';
const CREDENTIALS = 'it decides where credentials go';
const FILES = 'it reads or writes files of this machine';
const PROGRAMS = 'it lets programs run, or says which';

/** Why the file cannot set the others. A flag that is in neither table is refused as well; a test asks for its reason. */
export const NOT_FROM_A_FILE: Readonly<Record<string, string>> = {
  adopt: CONSENT,
  'allow-partial': CONSENT,
  'all-namespaces': TARGET,
  as: CREDENTIALS,
  'as-current-user': PROGRAMS,
  'as-group': CREDENTIALS,
  'as-uid': CREDENTIALS,
  'backup-dir': FILES,
  'backup-secrets': FILES,
  'certificate-authority': CREDENTIALS,
  'confirm-context': CONSENT,
  context: TARGET,
  deploys: 'it decides what is asked',
  'dry-run': 'it decides whether anything is done at all',
  'enable-alpha-plugins': PROGRAMS,
  'enable-exec': PROGRAMS,
  'enable-helm': PROGRAMS,
  'enable-helm-plugins': PROGRAMS,
  env: PROGRAMS,
  'events-file': FILES,
  every: TARGET,
  'field-manager': CONSENT,
  filename: TARGET,
  'force-conflicts': CONSENT,
  'ignore-unlisted': CONSENT,
  'helm-command': PROGRAMS,
  image: PROGRAMS,
  'include-newest': CONSENT,
  'insecure-skip-tls-verify': CREDENTIALS,
  kubeconfig: CREDENTIALS,
  kustomize: TARGET,
  'load-restrictor': FILES,
  lock: 'two runs at once are held apart by it',
  'log-file': FILES,
  mount: FILES,
  name: TARGET,
  namespace: TARGET,
  network: PROGRAMS,
  'older-than': CONSENT,
  out: FILES,
  own: CONSENT,
  'plain-names': CONSENT,
  plan: TARGET,
  port: TARGET,
  'prune-kind': CONSENT,
  'prune-limit': CONSENT,
  'prune-namespace': CONSENT,
  remote: 'it decides what this machine reaches',
  recursive: TARGET,
  'render-budget': 'it lifts what bounds a run',
  'renamed-from': CONSENT,
  'rollback-on-failure': CONSENT,
  sandbox: TARGET,
  'sandbox-state': FILES,
  selector: TARGET,
  server: CREDENTIALS,
  state: FILES,
  supersede: 'it ends runs of others',
  'take-over': CONSENT,
  'take-over-manager': CONSENT,
  'tls-server-name': CREDENTIALS,
  to: TARGET,
  token: CREDENTIALS,
  unused: 'it decides what is asked',
  watch: 'it decides whether a reading ends',
  validate: CONSENT,
  yes: CONSENT,
};

/** The flags that several commands share. Names and meanings are kubectl's wherever kubectl has them. */
import * as Flags from '@oclif/core/flags';
import { CONCURRENCY } from '../cluster/concurrency.js';
import { DEPLOY_DEFAULTS, PRUNE_DEFAULTS, RECORD_DEFAULTS } from '../engine/run/defaults.js';
import { durationOf, durationText, pruneSelectorText, selectorText } from './flagValues.js';
import { kustomizeFlags } from './renderFlags.js';

const SOURCE = 'SOURCE';
const CLUSTER = 'CLUSTER';
const PRUNE = 'PRUNE';

/** On every command. */
export const outputFlags = {
  color: Flags.option({
    description: 'When to colour the text; "auto" also obeys NO_COLOR, FORCE_COLOR and TERM=dumb.',
    options: ['auto', 'always', 'never'] as const,
    default: 'auto',
    helpGroup: 'GLOBAL',
  })(),
};

/** What is not shown, on commands that show objects or what a server says of them. */
export const maskFlags = {
  mask: Flags.string({
    description:
      'Regular expression for what else is secret, matched against Kind/name:path as in ConfigMap/cfg:data.dsn; repeatable.',
    helpValue: 'PATH-REGEXP',
    multiple: true,
    multipleNonGreedy: true,
  }),
};

/** What the CI system gets, on commands that read manifests: a failure has its place there. */
export const annotateFlag = {
  annotate: Flags.option({
    description:
      'What the CI system gets besides: annotations, a summary, diffs that are folded up; "auto" where it is known.',
    options: ['auto', 'github', 'none'] as const,
    default: 'auto',
  })(),
};

/** How a run is reported. */
export const reportFlags = {
  ...maskFlags,
  quiet: Flags.boolean({ char: 'q', description: 'Say nothing of a run that goes well but its warnings.' }),
  output: Flags.option({
    char: 'o',
    description:
      'Text; one document at the end, as JSON or YAML; the names of the objects; or a line of JSON for each event. The text then goes to stderr.',
    options: ['text', 'json', 'yaml', 'name', 'ndjson'] as const,
    default: 'text',
  })(),
  ...annotateFlag,
  'events-file': Flags.string({
    description: 'Write the events to this file as well, a line of JSON each.',
    helpValue: 'FILE',
  }),
  timestamps: Flags.boolean({
    description: 'Begin each line of a log with the time of day in UTC, instead of the time since the run began.',
  }),
};

/** On commands that answer with a document of their own. */
export const documentFlags = {
  ...maskFlags,
  output: Flags.option({
    char: 'o',
    description: 'Text for people, one document, or names alone.',
    options: ['text', 'json', 'yaml', 'name'] as const,
    default: 'text',
  })(),
};

/** What to deploy. Exactly one of -k and -f; loadObjects checks it. */
export const sourceFlags = {
  kustomize: Flags.string({
    char: 'k',
    description: 'Folder with a kustomization.yaml.',
    helpValue: 'DIR',
    helpGroup: SOURCE,
  }),
  filename: Flags.string({
    char: 'f',
    description: 'Manifest file, folder of manifests, or - for stdin; repeatable.',
    helpValue: 'PATH',
    multiple: true,
    multipleNonGreedy: true,
    delimiter: ',',
    helpGroup: SOURCE,
  }),
  recursive: Flags.boolean({
    char: 'R',
    description: 'Look into the subfolders of -f.',
    helpGroup: SOURCE,
  }),
  ...kustomizeFlags,
};

/** A plan that was made before, on commands that carry it out or show it. */
export const planFlags = {
  plan: Flags.string({
    description: 'A plan that "kapply plan -o FILE" wrote; - is stdin.',
    helpValue: 'FILE',
    helpGroup: SOURCE,
  }),
};

/** Which server, and as whom. */
export const clusterFlags = {
  sandbox: Flags.boolean({
    description: 'Instead of a cluster, an embedded Kubernetes API whose state is kept in a file.',
    helpGroup: CLUSTER,
  }),
  'sandbox-state': Flags.string({
    description: 'That file; default sandbox.json in the state folder of kapply.',
    helpValue: 'FILE',
    helpGroup: CLUSTER,
  }),
  namespace: Flags.string({
    char: 'n',
    description: 'Namespace of objects that name none; an object that names another one is an error.',
    helpValue: 'NS',
    helpGroup: CLUSTER,
  }),
  context: Flags.string({ description: 'Context of the kubeconfig.', helpValue: 'NAME', helpGroup: CLUSTER }),
  kubeconfig: Flags.string({
    description: 'Kubeconfig file, instead of KUBECONFIG and ~/.kube/config.',
    helpValue: 'FILE',
    helpGroup: CLUSTER,
  }),
  server: Flags.string({ char: 's', description: 'URL of the API server.', helpValue: 'URL', helpGroup: CLUSTER }),
  token: Flags.string({ description: 'Bearer token.', helpValue: 'TOKEN', helpGroup: CLUSTER }),
  'certificate-authority': Flags.string({
    description: "File with the server's certificate authority.",
    helpValue: 'FILE',
    helpGroup: CLUSTER,
  }),
  'insecure-skip-tls-verify': Flags.boolean({
    description: "Do not check the server's certificate. Anyone in between can read and change everything.",
    helpGroup: CLUSTER,
  }),
  'tls-server-name': Flags.string({
    description: "Name to check the server's certificate against.",
    helpValue: 'NAME',
    helpGroup: CLUSTER,
  }),
  as: Flags.string({ description: 'User to impersonate.', helpValue: 'USER', helpGroup: CLUSTER }),
  'as-group': Flags.string({
    description: 'Group to impersonate; repeatable.',
    helpValue: 'GROUP',
    multiple: true,
    multipleNonGreedy: true,
    helpGroup: CLUSTER,
  }),
  'as-uid': Flags.string({ description: 'UID to impersonate.', helpValue: 'UID', helpGroup: CLUSTER }),
  'request-timeout': Flags.string({
    parse: durationOf('request-timeout'),
    description: 'For one request, after which it fails; 0 is none. By default it is tried again.',
    helpValue: 'DURATION',
    helpGroup: CLUSTER,
  }),
  verbose: Flags.option({
    char: 'v',
    description: 'Say each request on stderr (-v), with its bodies (-vv); values of Secrets are masked.',
    options: ['0', '1', '2'] as const,
    default: '0',
    helpGroup: CLUSTER,
  })(),
  'log-file': Flags.string({
    description: 'Write requests and text, each line with its time, to this file.',
    helpValue: 'FILE',
    helpGroup: CLUSTER,
  }),
  concurrency: Flags.string({
    description: `Requests in flight at once, at most ${CONCURRENCY.most}.`,
    helpValue: 'N',
    default: String(CONCURRENCY.usual),
    helpGroup: CLUSTER,
  }),
};

/** Where to look, on commands that look at what is there. */
export const lookupFlags = {
  selector: Flags.string({
    char: 'l',
    description: 'Label selector.',
    helpValue: 'SELECTOR',
    parse: selectorText,
  }),
  'all-namespaces': Flags.boolean({ char: 'A', description: 'Look in all namespaces.' }),
  namespace: Flags.string({
    char: 'n',
    description: 'Namespace to look in, instead of that of the context.',
    helpValue: 'NS',
    helpGroup: CLUSTER,
  }),
};

/** Where uses are looked for, on every command that tells what is in use. */
export const usesFlags = {
  'ignore-unlisted': Flags.string({
    description:
      'Kind, as GROUP/KIND, that need not be listable: a config that something of it names may then be deleted; repeatable.',
    helpValue: 'GROUP/KIND',
    multiple: true,
    multipleNonGreedy: true,
    delimiter: ',',
    helpGroup: PRUNE,
  }),
};

/** What a deploy deletes afterwards. */
export const pruneFlags = {
  'prune-label': Flags.string({
    description:
      'Label selector. After the rollout, what carries it, is not in the applied set and is used by nothing is deleted. Never filters what is applied.',
    helpValue: 'SELECTOR',
    parse: pruneSelectorText,
    helpGroup: PRUNE,
  }),
  'prune-kind': Flags.string({
    description: 'Kind to prune, instead of the default ones: ConfigMap, apps/Deployment; repeatable.',
    helpValue: 'KIND',
    multiple: true,
    multipleNonGreedy: true,
    delimiter: ',',
    helpGroup: PRUNE,
  }),
  'prune-namespace': Flags.string({
    description: 'Namespace to prune in besides those of the applied set; repeatable.',
    helpValue: 'NS',
    multiple: true,
    multipleNonGreedy: true,
    delimiter: ',',
    helpGroup: PRUNE,
  }),
  'prune-limit': Flags.string({
    description: 'More deletions than this are asked about first.',
    helpValue: 'N',
    default: String(DEPLOY_DEFAULTS.pruneLimit),
    helpGroup: PRUNE,
  }),
  keep: Flags.string({
    description: 'Earlier revisions of each generated config that stay.',
    helpValue: 'N',
    default: String(DEPLOY_DEFAULTS.keep),
    helpGroup: PRUNE,
  }),
  'keep-rollback': Flags.boolean({
    description: 'Keep what `kubectl rollout undo` could go back to.',
    helpGroup: PRUNE,
  }),
  ...usesFlags,
  adopt: Flags.boolean({
    description: 'Also prune what neither kapply nor kubectl applied.',
    helpGroup: PRUNE,
  }),
};

/** What an operator's prune goes by, besides what a deploy's does. */
export const cleanupFlags = {
  'older-than': Flags.string({
    parse: durationOf('older-than', Infinity),
    description: 'Younger objects stay.',
    helpValue: 'DURATION',
    default: durationText(PRUNE_DEFAULTS.olderThanMs),
  }),
  'plain-names': Flags.boolean({
    description: 'Also configs whose names do not end in a content hash; then any mention of a name is a use.',
  }),
  'include-newest': Flags.boolean({
    description:
      'Also the newest revision of each config: by default it stays, since something may find it by its label.',
  }),
};

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
    description: 'Roll workloads out as well when a plain-named ConfigMap or Secret that they read at start changes.',
  }),
  own: Flags.boolean({
    description: 'Make generated configs owned by the workloads that use them, so that they go with the workload.',
  }),
};

/** What a deploy does when its rollout fails. */
export const failureFlags = {
  'rollback-on-failure': Flags.boolean({
    description: 'When the rollout fails, deploy again what ran well before. The exit code stays that of the failure.',
  }),
};

/** What a deploy leaves of itself. */
export const recordFlags = {
  records: Flags.string({
    description: 'Deploys of a named set that went well, and are recorded for a rollback; 0 records none.',
    helpValue: 'N',
    default: String(RECORD_DEFAULTS.keep),
  }),
};

/** How a deploy runs. */
export const rolloutFlags = {
  'dry-run': Flags.option({
    description: 'Show the plan and change nothing. "server" has the API server try every write.',
    options: ['client', 'server'] as const,
  })(),
  wait: Flags.boolean({
    description: 'Wait until everything runs, then prune. With --no-wait the next deploy prunes.',
    allowNo: true,
    default: DEPLOY_DEFAULTS.wait,
  }),
  timeout: Flags.string({
    parse: durationOf('timeout'),
    description: 'For the whole rollout, and then for what is deleted to be gone.',
    helpValue: 'DURATION',
    default: durationText(DEPLOY_DEFAULTS.timeoutMs),
  }),
  'fail-fast': Flags.boolean({
    description: 'End the rollout when a new pod cannot start for 30 s.',
    allowNo: true,
    default: DEPLOY_DEFAULTS.failFast,
  }),
  logs: Flags.boolean({ description: 'Show what Jobs write while they are waited for.' }),
  lock: Flags.boolean({
    description: 'Hold the lock of the set (a Lease), so that two deploys of it run one after the other.',
    allowNo: true,
    default: DEPLOY_DEFAULTS.lock,
  }),
  'lock-timeout': Flags.string({
    parse: durationOf('lock-timeout'),
    description: 'How long to wait for another deploy of the set.',
    helpValue: 'DURATION',
    default: durationText(DEPLOY_DEFAULTS.lockTimeoutMs),
  }),
  supersede: Flags.boolean({
    description:
      'Ask the deploy of the set that holds the lock to stop (it ends with exit code 8) instead of waiting for its end.',
  }),
  yes: Flags.boolean({
    char: 'y',
    description: 'Agree to every question beforehand, but to that for a protected context.',
  }),
  'confirm-context': Flags.string({
    description: 'Go on only if the run goes to this context: agrees to write to it where it is protected.',
    helpValue: 'NAME',
  }),
};

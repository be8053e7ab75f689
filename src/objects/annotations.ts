/** The annotations that kapply writes or obeys. All are documented in README.md. */

/** On everything that a named deploy applies: the set it belongs to (docs/sets.md). */
export const SET_ANNOTATION = 'kapply.dev/set';
/** Beside it: which object was stamped, `GROUP/KIND/NAMESPACE/NAME`. On a copy it names the original. */
export const ID_ANNOTATION = 'kapply.dev/id';
/** On a generated config: a further set that uses it, as the rest of the key. */
export const CO_OWNER_PREFIX = 'co-owner.kapply.dev/';
/** On the Lease of a set: the namespaces that it was deployed to, separated by commas. */
export const NAMESPACES_ANNOTATION = 'kapply.dev/namespaces';
/** `disabled` on a live or rendered object: never pruned. */
export const PRUNE_ANNOTATION = 'kapply.dev/prune';
/** `recreate` on an object: a change of an immutable field may delete and create it. */
export const ON_IMMUTABLE_ANNOTATION = 'kapply.dev/on-immutable';
/** `on-change`, `always`, `on-failure` or `never` on a Job: when a deploy runs it anew (docs/jobs.md). */
export const RUN_ANNOTATION = 'kapply.dev/run';
/** A label on the runs of such a Job, and on their pods: the name that it has in the manifests. */
export const RUN_OF_LABEL = 'kapply.dev/run-of';
/** `disabled` on an object: a deploy does not wait until it is ready. */
export const WAIT_ANNOTATION = 'kapply.dev/wait';
/** `disabled` on an object: it is sent without being tried before, where admission refuses every dry run. */
export const DRY_RUN_ANNOTATION = 'kapply.dev/dry-run';
/** When a deploy last came back to a generated config that existed but was not in use. */
export const USED_AT_ANNOTATION = 'kapply.dev/used-at';
/** On pod templates, and so on pods: a hash of the plain-named configs that they read at start (--restart-on-change). */
export const CONFIG_HASH_ANNOTATION = 'kapply.dev/config-hash';
/** What `kubectl apply` leaves on objects; it can hold Secret data in clear. */
export const LAST_APPLIED_ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';
/** cli-utils' explicit order: `[GROUP/namespaces/NS/]KIND/NAME`, comma-separated. */
export const DEPENDS_ON_ANNOTATION = 'config.kubernetes.io/depends-on';
/** The Deployment controller's revision number, on Deployments and their ReplicaSets. */
export const REVISION_ANNOTATION = 'deployment.kubernetes.io/revision';
/** The same of a DeploymentConfig's, on its ReplicationControllers (OpenShift). */
export const OPENSHIFT_REVISION_ANNOTATION = 'openshift.io/deployment-config.latest-version';
/** On a set's Lease: what its holder is doing, for those who wait for it. */
export const DOING_ANNOTATION = 'kapply.dev/doing';
/** On a set's Lease: the run that wants its holder to stop (--supersede). */
export const SUPERSEDED_ANNOTATION = 'kapply.dev/superseded-by';
/** On a record of a deploy, a ConfigMap: what the deploy was (docs/rollback.md). */
export const RECORD_ANNOTATION = 'kapply.dev/record';
/** Label of a record of a deploy: the set. */
export const RECORD_LABEL = 'kapply.dev/record-of';

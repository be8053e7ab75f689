/** Answers that say nothing of the object: somebody else did not answer the server. */
import { ApiError } from '../../../cluster/apiError.js';
import type { Cluster } from '../../../cluster/cluster.js';
import { groupOf, type KubeObject } from '../../../objects/object.js';

/** meta/v1 StatusReason of a server that could not find out. A schema's errors are a 500 without a reason (seen). */
const NO_VERDICTS = ['InternalError', 'ServiceUnavailable', 'Timeout', 'ServerTimeout', 'TooManyRequests'];

/**
 * True where a webhook (admission, conversion) or the storage behind the server did not answer: asked again, it may say
 * something else. A deploy must be able to install, or to mend, the very webhook that does not answer.
 */
export function isNoVerdict(error: unknown): boolean {
  return error instanceof ApiError && NO_VERDICTS.includes(error.status.reason ?? '');
}

interface WebhookRule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
}
interface Webhook {
  readonly name?: string;
  readonly sideEffects?: string;
  readonly rules?: readonly WebhookRule[];
}

/**
 * The webhook for which the server refuses every dry run of the object (400), since it says that it has side effects
 * (k8s.io/apiserver, plugin/webhook/errors NewDryRunUnsupportedErr); undefined where none is known to.
 */
export async function webhookWithoutDryRun(
  object: KubeObject,
  plural: string,
  { cluster, signal }: { cluster: Cluster; signal: AbortSignal },
): Promise<string | undefined> {
  const { resources } = await cluster.discover({ signal });
  for (const kind of ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']) {
    const resource = resources.find((served) => served.kind === kind && served.preferred);
    if (resource === undefined) continue;
    try {
      const { items } = await cluster.list(resource, { signal });
      const webhooks = items.flatMap(({ webhooks: own = [] }) => own as readonly Webhook[]);
      const found = webhooks.find(
        ({ sideEffects, rules = [] }) =>
          (sideEffects === 'Some' || sideEffects === 'Unknown') &&
          rules.some((rule) => matches(rule.apiGroups, groupOf(object.apiVersion)) && matches(rule.resources, plural)),
      );
      if (found !== undefined) return found.name ?? 'a webhook';
    } catch (error) {
      // Configurations belong to the cluster: whoever may not list them is told what the server said.
      if (!(error instanceof ApiError)) throw error;
    }
  }
  return undefined;
}

function matches(patterns: readonly string[] = [], value: string): boolean {
  return patterns.some((pattern) => pattern === '*' || pattern === '*/*' || pattern === value);
}

/**
 * Warnings about quotas that leave no room for what a deploy starts. The server takes a workload whatever the quota is, and
 * refuses its pods later: the rollout would wait for room until its deadline. Only reads are sent.
 */
import { ApiError } from '../../../cluster/apiError.js';
import { findResource, type Cluster, type Discovery } from '../../../cluster/cluster.js';
import { formatId, idOf, keyOf, type KubeObject } from '../../../objects/object.js';
import { formatQuantity, parseQuantity, type Quantity } from '../../../objects/quantity.js';
import { mapConcurrently } from '../../run/mapConcurrently.js';
import type { Change } from '../member.js';
import { containerDefaults, NO_DEFAULTS, undemanded, type Amounts, type ContainerDefaults } from './podRequests.js';
import { growthOf, sum, type Growth } from './rolloutRoom.js';

export interface QuotaWarningsOptions {
  readonly cluster: Cluster;
  readonly discovery: Discovery;
  readonly signal: AbortSignal;
  /** The quotas by namespace, where they were asked for before. */
  readonly quotas?: ReadonlyMap<string, Promise<readonly KubeObject[]>>;
}

/** Asks for the quotas of these namespaces: of those in which something is made it is known before the dry runs that they are needed. */
export function askForQuotas(
  namespaces: Iterable<string>,
  options: QuotaWarningsOptions,
): ReadonlyMap<string, Promise<readonly KubeObject[]>> {
  return new Map(
    [...new Set(namespaces)].flatMap((namespace) => {
      if (namespace === '') return [];
      const list = listOf('ResourceQuota', namespace, options);
      // A plan that is refused asks nobody for it.
      list.catch(() => undefined);
      return [[namespace, list] as const];
    }),
  );
}

type Quantities = Readonly<Record<string, string | number>>;

/**
 * One list of ResourceQuotas for each namespace in which something is made or started anew; where there are any, one of
 * LimitRanges. A quota with scopes counts only some pods, and is not judged.
 * @returns nothing for what may not be read: who may not look does not know, and is not warned
 */
export async function quotaWarnings(changes: readonly Change[], options: QuotaWarningsOptions): Promise<string[]> {
  const places = new Map<string, Change[]>();
  for (const change of changes) {
    const { namespace } = change.member.id;
    if (namespace === '' || growthOf(change, NO_DEFAULTS) === undefined) continue;
    places.set(namespace, [...(places.get(namespace) ?? []), change]);
  }
  const warnings = await mapConcurrently([...places], options.cluster.concurrency, async ([namespace, grown]) => {
    const live = await (options.quotas?.get(namespace) ?? listOf('ResourceQuota', namespace, options));
    const quotas = withPlanned('ResourceQuota', namespace, live, changes).filter((quota) => !hasScopes(quota));
    if (quotas.length === 0) return [];
    const limitRanges = await listOf('LimitRange', namespace, options);
    const defaults = containerDefaults(withPlanned('LimitRange', namespace, limitRanges, changes));
    return quotas.flatMap((quota) => warningsOf(quota, grown, defaults));
  });
  return warnings.flat();
}

async function listOf(
  kind: string,
  namespace: string,
  { cluster, discovery, signal }: QuotaWarningsOptions,
): Promise<readonly KubeObject[]> {
  const resource = findResource(discovery, '', 'v1', kind);
  if (resource === undefined) return [];
  try {
    return (await cluster.list(resource, { namespace, signal })).items;
  } catch (error) {
    if (error instanceof ApiError) return [];
    throw error;
  }
}

/** The live ones as this deploy will leave them, and those that it makes. */
function withPlanned(
  kind: string,
  namespace: string,
  live: readonly KubeObject[],
  changes: readonly Change[],
): KubeObject[] {
  const planned = changes.filter(
    ({ member: { id } }) => id.group === '' && id.kind === kind && id.namespace === namespace,
  );
  const keys = new Set(planned.map(({ member }) => keyOf(member.id)));
  return [
    ...live.filter((object) => !keys.has(keyOf(idOf(object)))),
    ...planned.map((change) => ({ ...change.after, status: change.live?.status })),
  ];
}

function hasScopes({ spec }: KubeObject): boolean {
  const { scopes = [], scopeSelector } = (spec ?? {}) as { scopes?: unknown[]; scopeSelector?: unknown };
  return scopes.length > 0 || scopeSelector !== undefined;
}

/** What one quota does not have room for, and which of the pods it refuses in any case. Pure. */
function warningsOf(quota: KubeObject, changes: readonly Change[], defaults: ContainerDefaults): string[] {
  const hard = parsed((quota.spec as { hard?: Quantities } | undefined)?.hard);
  const used = parsed((quota.status as { used?: Quantities } | undefined)?.used);
  const growths = changes.flatMap((change) => growthOf(change, defaults) ?? []);
  const name = formatId(idOf(quota));
  const refused = growths.flatMap(({ id, pod }) =>
    [...undemanded(pod ?? {}, [...hard.keys()], defaults)].map(
      ([amount, containers]) =>
        `${name} counts ${amount}, which container ${containers.join(', ')} of ${formatId(id)} does not say and no ` +
        `LimitRange gives: the pods will be refused`,
    ),
  );
  const all = sum(...growths.map(({ more }) => more));
  const lacking = lackOf(all, hard, used);
  if (lacking.length > 0) {
    const names = lacking.map(({ amount }) => amount);
    const growing = growths.filter(({ more }) => names.some((amount) => (more.get(amount) ?? 0n) > 0n));
    const what = `${name} has no room for what this deploy adds (${listed(growing)}): ${inWords(lacking)}`;
    return [...refused, what];
  }
  const stuck = growths.flatMap((growth) => {
    const others = sum(...growths.filter((other) => other !== growth).map(({ more }) => more));
    const lack = growth.atOnce === undefined ? [] : lackOf(sum(others, growth.atOnce), hard, used);
    if (lack.length === 0) return [];
    return [
      `${name} has no room for the new pod that ${formatId(growth.id)} starts before it ends an old one: ` +
        `${inWords(lack)}. With maxUnavailable: 1 in its strategy it needs none`,
    ];
  });
  return [...refused, ...stuck];
}

interface Lack {
  readonly amount: string;
  readonly needed: Quantity;
  readonly free: Quantity;
}

function lackOf(needs: Amounts, hard: ReadonlyMap<string, Quantity>, used: ReadonlyMap<string, Quantity>): Lack[] {
  return [...hard].flatMap(([amount, limit]) => {
    const needed = needs.get(amount) ?? 0n;
    const free = limit.nanos - (used.get(amount)?.nanos ?? 0n);
    if (needed <= 0n || needed <= free) return [];
    const { form } = limit;
    return [{ amount, needed: { nanos: needed, form }, free: { nanos: free > 0n ? free : 0n, form } }];
  });
}

function inWords(lacks: readonly Lack[]): string {
  return lacks
    .map(({ amount, needed, free }) => `${amount} ${formatQuantity(needed)} more, ${formatQuantity(free)} free`)
    .join('; ');
}

function listed(growths: readonly Growth[]): string {
  const names = growths.slice(0, 3).map(({ id }) => formatId(id));
  return names.join(', ') + (growths.length > 3 ? ` and ${growths.length - 3} more` : '');
}

function parsed(quantities: Quantities = {}): Map<string, Quantity> {
  return new Map(
    Object.entries(quantities).flatMap(([name, text]) => {
      const quantity = parseQuantity(text);
      return quantity === undefined ? [] : [[name, quantity] as const];
    }),
  );
}

/**
 * What a pod asks for, under the names by which a ResourceQuota counts it: k8s.io/kubernetes pkg/quota/v1/evaluator/core
 * (pods.go), component-helpers resource.PodRequests. Pure.
 */
import type { KubeObject } from '../../../objects/object.js';
import { parseQuantity } from '../../../objects/quantity.js';

/** Whole numbers of nanos by the name in a quota's `hard`: `pods`, `requests.cpu`, `limits.memory`. */
export type Amounts = ReadonlyMap<string, bigint>;

type Quantities = Readonly<Record<string, string | number>>;

interface Container {
  readonly name?: string;
  readonly restartPolicy?: string;
  readonly resources?: { readonly requests?: Quantities; readonly limits?: Quantities };
}

/** core/v1 PodSpec, as far as a quota reads it. */
export interface PodSpec {
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly overhead?: Quantities;
  readonly resources?: Container['resources'];
}

/** What a LimitRange gives to containers that say nothing themselves. */
export interface ContainerDefaults {
  readonly requests: Quantities;
  readonly limits: Quantities;
}

export const NO_DEFAULTS: ContainerDefaults = { requests: {}, limits: {} };
const ONE = 10n ** 9n;
/** Of these a quota demands that every container says them: evaluator/core pods.go, validationSet. */
const DEMANDED = ['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'];

/** The defaults of the LimitRanges of a namespace; the first that has one gives it. */
export function containerDefaults(limitRanges: readonly KubeObject[]): ContainerDefaults {
  const limits = limitRanges.flatMap(
    ({ spec }) =>
      (spec as { limits?: { type?: string; default?: Quantities; defaultRequest?: Quantities }[] } | undefined)
        ?.limits ?? [],
  );
  const ofContainers = limits.filter(({ type }) => type === 'Container').reverse();
  return {
    requests: Object.assign({}, ...ofContainers.map((limit) => limit.defaultRequest ?? limit.default)) as Quantities,
    limits: Object.assign({}, ...ofContainers.map((limit) => limit.default)) as Quantities,
  };
}

/** What a quota counts of one such pod. */
export function podAmounts(pod: PodSpec, defaults: ContainerDefaults): Amounts {
  const amounts = new Map<string, bigint>([
    ['pods', ONE],
    ['count/pods', ONE],
  ]);
  for (const side of ['requests', 'limits'] as const) {
    for (const [name, amount] of ofPod(pod, side, defaults)) {
      amounts.set(`${side}.${name}`, amount);
      if (side === 'requests') amounts.set(name, amount);
    }
  }
  return amounts;
}

function ofPod(pod: PodSpec, side: 'requests' | 'limits', defaults: ContainerDefaults): Map<string, bigint> {
  const [containers, initContainers] = [containersOf(pod.containers), containersOf(pod.initContainers)];
  const sum = new Map<string, bigint>();
  for (const container of containers) add(sum, quantitiesOf(container, side, defaults));
  // An init container that restarts runs beside all that come after it; the others run one after another.
  const beside = new Map<string, bigint>();
  const most = new Map<string, bigint>();
  for (const container of initContainers) {
    const own = new Map<string, bigint>();
    add(own, quantitiesOf(container, side, defaults));
    if (container.restartPolicy === 'Always') for (const [name, amount] of own) plus(beside, name, amount);
    else for (const [name, amount] of beside) plus(own, name, amount);
    raise(most, own);
  }
  for (const [name, amount] of beside) plus(sum, name, amount);
  raise(sum, most);
  for (const [name, quantity] of Object.entries(pod.resources?.[side] ?? {})) sum.set(name, nanos(quantity));
  add(sum, pod.overhead ?? {});
  return sum;
}

/** What the server has not seen yet may be anything. */
function containersOf(list: unknown): readonly Container[] {
  return Array.isArray(list) ? list.filter((item): item is Container => typeof item === 'object' && item !== null) : [];
}

function quantitiesOf({ resources }: Container, side: 'requests' | 'limits', defaults: ContainerDefaults): Quantities {
  const limits = resources?.limits ?? {};
  if (side === 'limits') return { ...defaults.limits, ...limits };
  return { ...defaults.requests, ...limits, ...resources?.requests };
}

/** The containers that do not say what the quota demands: such a pod is refused, whatever room there is. */
export function undemanded(
  pod: PodSpec,
  counted: readonly string[],
  defaults: ContainerDefaults,
): Map<string, string[]> {
  const missing = new Map<string, string[]>();
  for (const demanded of DEMANDED.filter((name) => counted.includes(name))) {
    const side = demanded.startsWith('limits.') ? 'limits' : 'requests';
    const name = demanded.slice(demanded.indexOf('.') + 1);
    if (pod.resources?.[side]?.[name] !== undefined) continue;
    const silent = [...containersOf(pod.initContainers), ...containersOf(pod.containers)].filter(
      (container) => quantitiesOf(container, side, defaults)[name] === undefined,
    );
    if (silent.length > 0)
      missing.set(
        demanded,
        silent.map((container) => container.name ?? ''),
      );
  }
  return missing;
}

function add(sum: Map<string, bigint>, quantities: Quantities): void {
  for (const [name, quantity] of Object.entries(quantities)) plus(sum, name, nanos(quantity));
}

function plus(sum: Map<string, bigint>, name: string, amount: bigint): void {
  sum.set(name, (sum.get(name) ?? 0n) + amount);
}

function raise(sum: Map<string, bigint>, floor: ReadonlyMap<string, bigint>): void {
  for (const [name, amount] of floor) if (amount > (sum.get(name) ?? 0n)) sum.set(name, amount);
}

function nanos(quantity: string | number): bigint {
  return parseQuantity(quantity)?.nanos ?? 0n;
}

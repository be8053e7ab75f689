import type { KubeObject } from '../../objects/object.js';
import { text } from '../draft.js';
import type { Draft } from '../draft.js';
import type { World } from '../registry/world.js';
import { kindKey } from '../store.js';

const CLASS = kindKey('scheduling.k8s.io', 'PriorityClass');

/**
 * Gives a new pod the priority of its class, or of the cluster's default one (kubernetes plugin/pkg/admission/priority).
 * Returns why it is forbidden, if it is.
 */
export function givePriority({ store }: World, spec: Draft): string | undefined {
  const name = text(spec, 'priorityClassName');
  const found = name === '' ? defaultClass(store.list(CLASS)) : store.get(CLASS, '', name);
  if (name !== '' && found === undefined) return `no PriorityClass with name ${name} was found`;
  const { value = 0, preemptionPolicy = 'PreemptLowerPriority' } = (found ?? {}) as {
    readonly value?: number;
    readonly preemptionPolicy?: string;
  };
  const given: unknown = spec['priority'];
  const computed = 'priority admission controller computed';
  if (typeof given === 'number' && given !== value)
    return `the integer value of priority (${given}) must not be provided in pod spec; ${computed} ${value} from the given PriorityClass name`;
  const policy = text(spec, 'preemptionPolicy');
  if (policy !== '' && policy !== preemptionPolicy)
    return `the string value of PreemptionPolicy (${policy}) must not be provided in pod spec; ${computed} ${preemptionPolicy} from the given PriorityClass name`;
  Object.assign(spec, { priority: value, preemptionPolicy });
  if (found !== undefined) spec['priorityClassName'] = found.metadata.name;
  return undefined;
}

/** Of several, the lowest. */
function defaultClass(classes: readonly KubeObject[]): KubeObject | undefined {
  const valueOf = ({ value }: KubeObject): number => Number(value ?? 0);
  return classes.filter(({ globalDefault }) => globalDefault === true).sort((a, b) => valueOf(a) - valueOf(b))[0];
}

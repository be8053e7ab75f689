import { child, children, text } from '../draft.js';
import type { Draft } from '../draft.js';
import type { Answer } from '../http/exchange.js';
import { badRequest, notFound } from '../status.js';
import type { Address, World } from './world.js';

/**
 * What a container wrote. No container runs here: the simulated node puts the lines into the annotation
 * `sandbox.kapply.dev/logs.CONTAINER` of the pod, and those of the run before into `sandbox.kapply.dev/previous-logs.CONTAINER`.
 */
export function podLog(world: World, address: Address, query: URLSearchParams): Answer {
  const pod = world.store.get('Pod', address.namespace, address.name);
  if (pod === undefined) throw notFound({ group: '', plural: 'pods' }, address.name);
  const spec = child(pod, 'spec');
  const names = [...children(spec, 'initContainers'), ...children(spec, 'containers')].map((c) => text(c, 'name'));
  const container = query.get('container') ?? (children(spec, 'containers').length === 1 ? names.at(-1) : undefined);
  if (container === undefined) {
    throw badRequest(`a container name must be specified for pod ${address.name}, choose one of: [${names.join(' ')}]`);
  }
  if (!names.includes(container)) {
    throw badRequest(`container ${container} is not valid for pod ${address.name}`);
  }
  const previous = query.get('previous') === 'true';
  const annotation = `sandbox.kapply.dev/${previous ? 'previous-' : ''}logs.${container}`;
  const written = pod.metadata.annotations?.[annotation];
  if (written === undefined && (previous || !hasStarted(pod, container))) {
    const why = previous
      ? `previous terminated container "${container}" in pod "${address.name}" not found`
      : `container "${container}" in pod "${address.name}" is waiting to start: ${waitingFor(pod, container)}`;
    throw badRequest(why);
  }
  const lines = (written ?? '').split('\n').filter((line, i, all) => line !== '' || i < all.length - 1);
  const tail = query.get('tailLines');
  const startedAt = startOf(pod, container);
  const since = query.get('sinceTime');
  // All that it wrote has one time: that of its start.
  const recent = since === null || Date.parse(startedAt) >= Date.parse(since) ? lines : [];
  const shown = tail === null ? recent : recent.slice(Math.max(0, recent.length - Number(tail)));
  const prefix = query.get('timestamps') === 'true' ? `${startedAt.replace('Z', '.000000000Z')} ` : '';
  return {
    code: 200,
    headers: { 'content-type': 'text/plain' },
    body: shown.map((line) => `${prefix}${line}\n`).join(''),
  };
}

function statusOf(pod: Draft, container: string): Draft | undefined {
  const status = child(pod, 'status');
  return [...children(status, 'initContainerStatuses'), ...children(status, 'containerStatuses')].find(
    (candidate) => candidate['name'] === container,
  );
}

function startOf(pod: Draft, container: string): string {
  const state = child(statusOf(pod, container), 'state');
  const times = [child(state, 'running'), child(state, 'terminated'), child(pod, 'status')].map(
    (part) => text(part, 'startedAt') || text(part, 'startTime'),
  );
  return times.find((time) => time !== '') ?? '';
}

function hasStarted(pod: Draft, container: string): boolean {
  const status = statusOf(pod, container);
  return child(status, 'state') !== undefined && child(child(status, 'state'), 'waiting') === undefined;
}

function waitingFor(pod: Draft, container: string): string {
  return text(child(child(statusOf(pod, container), 'state'), 'waiting'), 'reason') || 'ContainerCreating';
}

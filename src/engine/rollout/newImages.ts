/**
 * A bare Pod whose image was changed: its node ends the container and starts another one in its place. Until then the
 * status is that of the container before, Ready included, also where it says that it is of the new generation: the node
 * writes down what it has read before it acts (kubelet, SyncPod). Pure.
 */
import { groupOf, type KubeObject } from '../../objects/object.js';

interface Container {
  readonly name?: string;
  readonly image?: string;
}

interface ContainerStatus {
  readonly name?: string;
  readonly containerID?: string;
  readonly restartCount?: number;
  readonly state?: { readonly running?: { readonly startedAt?: string } };
}

/** The containers of a Pod that have another image than they had; none for any other kind, or another Pod. */
export function containersWithNewImage(before: KubeObject | undefined, after: KubeObject): string[] {
  const isPod = after.kind === 'Pod' && groupOf(after.apiVersion) === '';
  if (!isPod || before === undefined || before.metadata.uid !== after.metadata.uid) return [];
  const had = new Map(containersOf(before).map(({ name, image }) => [name, image]));
  return containersOf(after).flatMap(({ name = '', image }) => (had.get(name) === image ? [] : [name]));
}

/** True while one of them still runs as it ran when the change was applied. */
export function runsAsBefore(names: readonly string[], applied: KubeObject, now: KubeObject): boolean {
  return names.some((name) => {
    const [before, after] = [applied, now].map((pod) => statusesOf(pod).find((status) => status.name === name));
    return before?.state?.running !== undefined && runOf(before) === runOf(after);
  });
}

function runOf(status: ContainerStatus | undefined): string {
  const { containerID, restartCount, state } = status ?? {};
  return JSON.stringify([containerID, restartCount, state?.running?.startedAt]);
}

function containersOf({ spec }: KubeObject): readonly Container[] {
  return (spec as { readonly containers?: readonly Container[] } | undefined)?.containers ?? [];
}

function statusesOf({ status }: KubeObject): readonly ContainerStatus[] {
  return (status as { readonly containerStatuses?: readonly ContainerStatus[] } | undefined)?.containerStatuses ?? [];
}

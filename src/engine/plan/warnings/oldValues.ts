/**
 * Workloads whose pods keep what they read at their start of a plain-named config that the deploy changes: Kubernetes
 * starts nothing anew for it, the rollout is over at once, and everybody believes the new values to be in use. Pure.
 */
import { isJsonObject } from '../../../objects/json.js';
import { formatId, type KubeObject } from '../../../objects/object.js';
import { configsOf, type ConfigRead } from '../../configs/configReads.js';
import { isConfigKind, isRevision } from '../../configs/revisions.js';
import { changesTemplate } from '../change/restarts.js';
import type { Change } from '../member.js';

/** Kinds that keep pods running, and replace them where their template changes. */
const LASTING = new Set(['apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet']);
/** Annotations of what restarts the pods by itself: stakater/Reloader, wave-k8s/wave. */
const RESTARTER = /(?:^|\.)(?:reloader\.stakater\.com|wave\.pusher\.com)\//;

/** One sentence for each workload of the set whose pods stay on old values. */
export function oldValueWarnings(changes: readonly Change[]): string[] {
  const changed = changedKeys(changes);
  if (changed.size === 0) return [];
  return changes.filter(keepsItsPods).flatMap(({ member: { id }, after }) => {
    const old = configsOf(after).filter((read) =>
      isOld(read, changed.get(`${read.kind}/${id.namespace}/${read.name}`)),
    );
    if (old.length === 0) return [];
    const names = old.map(({ kind, name }) => `${kind}/${name}`).join(' and ');
    return [
      `${formatId(id)} reads ${names} when its pods start, and nothing restarts them: they keep the old values (--restart-on-change restarts them)`,
    ];
  });
}

/** The keys of each plain-named config that the deploy changes, by `KIND/NAMESPACE/NAME`. */
function changedKeys(changes: readonly Change[]): Map<string, ReadonlySet<string>> {
  return new Map(
    changes.flatMap(({ member: { id }, action, live, after }) => {
      if (action !== 'configure' || live === undefined || !isConfigKind(id.group, id.kind) || isRevision(id)) return [];
      const keys = ['data', 'binaryData'].flatMap((field) => differentKeys(live[field], after[field]));
      return keys.length === 0 ? [] : [[`${id.kind}/${id.namespace}/${id.name}`, new Set(keys)] as const];
    }),
  );
}

function differentKeys(before: unknown, after: unknown): string[] {
  const [old, now] = [before, after].map((value): Readonly<Record<string, unknown>> =>
    isJsonObject(value) ? value : {},
  );
  const keys = new Set([...Object.keys(old ?? {}), ...Object.keys(now ?? {})]);
  return [...keys].filter((key) => old?.[key] !== now?.[key]);
}

function keepsItsPods({ member: { id }, action, live, after }: Change): boolean {
  if (!LASTING.has(`${id.group}/${id.kind}`) || live === undefined) return false;
  if (action !== 'unchanged' && (action !== 'configure' || changesTemplate(live, after))) return false;
  return !isScaledDown(after) && !isRestartedByOthers(after);
}

function isScaledDown({ spec }: KubeObject): boolean {
  return (spec as { readonly replicas?: number } | undefined)?.replicas === 0;
}

/** The tools look at the workload, and at its template. */
function isRestartedByOthers({ metadata, spec }: KubeObject): boolean {
  const { template } = (spec ?? {}) as { readonly template?: { readonly metadata?: KubeObject['metadata'] } };
  return [metadata.annotations, template?.metadata?.annotations].some((annotations) =>
    Object.keys(annotations ?? {}).some((annotation) => RESTARTER.test(annotation)),
  );
}

function isOld({ atStart, startKeys }: ConfigRead, keys: ReadonlySet<string> | undefined): boolean {
  if (!atStart || keys === undefined) return false;
  return startKeys === undefined || startKeys.some((key) => keys.has(key));
}

/** Which objects a name in another object may mean, found by what they were called before. */
import { inputError } from '../../errors.js';
import { type Resource, currentId, kindOf, namespaceOf, originalId, previousIds } from '../resources/resource.js';
import { NO_NAMESPACE, type ResourceId, describeId, effectiveNamespace } from '../resources/resourceId.js';
import { isList, isMap, textOf } from '../resources/tree.js';

interface Candidate {
  readonly resource: Resource;
  readonly originalNamespace: string;
  readonly currentNamespace: string;
  readonly writtenNamespace: string;
}

/** What one object can refer to: what is in no namespace, in its own, and for role bindings in those of their subjects. */
export interface ReferrerView {
  /** Those that were called so, in the order of the resources; with a namespace, only those in it at first, or else now. */
  readonly candidates: (name: string, namespace?: string) => readonly Resource[];
}

export class CandidateIndex {
  private readonly byName = new Map<string, Candidate[]>();
  /** For each namespace that objects came from, where these are now: by effective namespace and as written. */
  private readonly movedFrom = new Map<string, Map<string, { current: string; written: string }>>();

  constructor(resources: readonly Resource[]) {
    for (const resource of resources) if (resource.tree !== undefined) this.add(resource);
  }

  private add(resource: Resource): void {
    const candidate: Candidate = {
      resource,
      originalNamespace: effectiveNamespace(originalId(resource)),
      currentNamespace: effectiveNamespace(currentId(resource)),
      writtenNamespace: namespaceOf(resource),
    };
    for (const name of new Set(previousIds(resource).map((id) => id.name))) {
      const known = this.byName.get(name);
      if (known === undefined) this.byName.set(name, [candidate]);
      else known.push(candidate);
    }
    const moved =
      this.movedFrom.get(candidate.originalNamespace) ?? new Map<string, { current: string; written: string }>();
    this.movedFrom.set(candidate.originalNamespace, moved);
    const { currentNamespace: current, writtenNamespace: written } = candidate;
    moved.set(`${current}/${written}`, { current, written });
  }

  viewOf(referrer: Resource): ReferrerView {
    const id = currentId(referrer);
    const own = effectiveNamespace(id);
    const subjects = id.clusterScoped ? new Set<string>() : subjectNamespaces(referrer, id);
    const sees = (current: string, written: string): boolean =>
      id.clusterScoped || current === NO_NAMESPACE || current === own || subjects.has(written);
    return {
      candidates: (name, namespace) => {
        const visible = (this.byName.get(name) ?? []).filter((candidate) =>
          sees(candidate.currentNamespace, candidate.writtenNamespace),
        );
        if (namespace === undefined) return visible.map(({ resource }) => resource);
        if (namespace === NO_NAMESPACE) return [];
        const came = [...(this.movedFrom.get(namespace)?.values() ?? [])].some(({ current, written }) =>
          sees(current, written),
        );
        return visible
          .filter((candidate) => (came ? candidate.originalNamespace : candidate.currentNamespace) === namespace)
          .map(({ resource }) => resource);
      },
    };
  }

  /** In the referrer's namespace, in none, or a service account: those of other namespaces can be named as well. */
  static isInReach(candidate: Resource, referrer: ResourceId): boolean {
    if (referrer.clusterScoped || kindOf(candidate.tree) === 'ServiceAccount') return true;
    const id = currentId(candidate);
    return id.clusterScoped || effectiveNamespace(id) === effectiveNamespace(referrer);
  }
}

/** The namespaces of the service accounts that a RoleBinding is for. */
function subjectNamespaces({ tree, source }: Resource, id: ResourceId): Set<string> {
  const namespaces = new Set<string>();
  if (id.kind !== 'RoleBinding' || !isList(tree?.subjects)) return namespaces;
  for (const subject of tree.subjects) {
    if (!isMap(subject) || subject.namespace === undefined || textOf(subject.kind) !== 'ServiceAccount') continue;
    if (typeof subject.namespace !== 'string') {
      throw inputError('InvalidField', `a subject of ${describeId(id)} has a namespace that is no text`, {
        position: source,
        suggestions: ['Write the name of the namespace, or leave the field out.'],
      });
    }
    namespaces.add(subject.namespace);
  }
  return namespaces;
}

/**
 * Objects that go to another namespace than their kustomization says. Since kustomize 5.8 `namespace:` no longer reaches
 * what a chart of helmCharts rendered to: without a word, a second copy of the application would run somewhere else.
 */
import { formatId } from '../../../objects/object.js';
import type { Member } from '../member.js';

/** One warning for each pair of namespaces, naming the first three objects. Pure. */
export function elsewhereWarnings(members: readonly Member[]): string[] {
  const groups = new Map<string, { wanted: string; namespace: string; names: string[] }>();
  for (const { id, object, rendered } of members) {
    const { kustomizationNamespace: wanted } = rendered;
    const { namespace } = object.metadata;
    if (wanted === undefined || namespace === undefined || namespace === wanted) continue;
    // What the chart itself says is meant.
    if ((rendered.object.metadata.namespace ?? '') !== '') continue;
    const key = `${namespace} ${wanted}`;
    const group = groups.get(key) ?? { wanted, namespace, names: [] };
    group.names.push(formatId(id));
    groups.set(key, group);
  }
  return [...groups.values()].map(({ wanted, namespace, names }) => {
    const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
    return (
      `${names.slice(0, 3).join(', ')}${more} of a chart name no namespace and go to ${namespace}, although the ` +
      `kustomization says namespace: ${wanted} (-n ${wanted} sends them there)`
    );
  });
}

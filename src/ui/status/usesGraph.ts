/** Who uses what, as a graph: the data, and its text for Mermaid and for Graphviz. */
import type { UsedObject } from '../../engine/status/readUses.js';
import type { Use } from '../../engine/uses/uses.js';
import { formatId, keyOf } from '../../objects/object.js';
import { rootsOf } from './usesText.js';
import { cleanLine } from '../untrusted.js';

interface GraphNode {
  readonly label: string;
  /** What was asked about, and is not there: drawn with a broken line. */
  readonly missing: boolean;
}

interface GraphEdge {
  readonly from: number;
  readonly to: number;
  readonly label: string;
  /** False for what only a rollout undo goes back to. */
  readonly active: boolean;
}

export interface UsesGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/**
 * A node for each object that was asked about and for each workload behind a use; an edge for each field by which it names the
 * object, and one for the revisions that it runs or could go back to. Pods are counted.
 */
export function usesGraph(objects: readonly UsedObject[]): UsesGraph {
  const nodes: GraphNode[] = [];
  const numbers = new Map<string, number>();
  const nodeOf = (key: string, label: string, missing = false): number => {
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, nodes.length);
    return nodes.push({ label: cleanLine(label), missing }) - 1;
  };
  const edges: GraphEdge[] = [];
  for (const object of objects) {
    const to = nodeOf(keyOf(object), formatId(object, true), object.exists === false);
    for (const uses of rootsOf(object.users)) {
      const [{ root }] = uses;
      const from = nodeOf(keyOf(root), formatId(root, true));
      const own = uses.find(({ user }) => keyOf(user) === keyOf(root));
      for (const path of own?.through ?? []) edges.push({ from, to, label: cleanLine(fieldWord(path)), active: true });
      for (const label of revisionLabels(uses.filter((use) => use !== own))) edges.push({ from, to, ...label });
    }
  }
  return { nodes, edges };
}

/** `spec.template.spec.containers[0].envFrom[1].configMapRef.name` → `containers[0].envFrom[1].configMapRef`. */
function fieldWord(path: string): string {
  return path.replace(/^(?:.*\.)?spec\./, '').replace(/\.name$/, '');
}

function revisionLabels(uses: readonly Use[]): { readonly label: string; readonly active: boolean }[] {
  const groups = new Map<string, { readonly revision: string | undefined; readonly active: boolean; pods: number }>();
  for (const { revision, active, user } of uses) {
    const key = `${revision ?? ''} ${active}`;
    const known = groups.get(key) ?? { revision, active, pods: 0 };
    groups.set(key, known);
    if (user.kind === 'Pod') known.pods++;
  }
  return [...groups.values()].map(({ revision, active, pods }) => {
    const counted = pods === 0 ? '' : pods === 1 ? '1 pod' : `${pods} pods`;
    const parts = [revision === undefined ? '' : `revision ${revision}`, counted].filter((part) => part !== '');
    return { label: parts.length === 0 ? 'uses' : parts.join(', '), active };
  });
}

/** A flowchart, as GitHub and GitLab draw it (mermaid.js.org, "Flowcharts"). */
export function mermaidText({ nodes, edges }: UsesGraph): string {
  const quote = (text: string): string =>
    `"${text.replace(/[#"<>&]/g, (character) => `#${String(character.codePointAt(0))};`)}"`;
  return [
    'flowchart LR',
    ...nodes.map(({ label, missing }, number) => `  n${number}[${quote(label)}]${missing ? ':::missing' : ''}`),
    ...edges.map(({ from, to, label, active }) => `  n${from} ${active ? '-->' : '-.->'}|${quote(label)}| n${to}`),
    ...(nodes.some(({ missing }) => missing) ? ['  classDef missing stroke-dasharray: 4 4'] : []),
    '',
  ].join('\n');
}

/** A digraph for Graphviz (graphviz.org, "DOT Language"). */
export function dotText({ nodes, edges }: UsesGraph): string {
  const quote = (text: string): string => `"${text.replace(/[\\"]/g, (character) => `\\${character}`)}"`;
  return [
    'digraph uses {',
    '  rankdir=LR;',
    '  node [shape=box];',
    ...nodes.map(
      ({ label, missing }, number) => `  n${number} [label=${quote(label)}${missing ? ', style=dashed' : ''}];`,
    ),
    ...edges.map(
      ({ from, to, label, active }) => `  n${from} -> n${to} [label=${quote(label)}${active ? '' : ', style=dashed'}];`,
    ),
    '}',
    '',
  ].join('\n');
}

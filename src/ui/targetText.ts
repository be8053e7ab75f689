/** Where a run goes, in the words of its first line, its questions and its summary. */
import type { Target } from '../engine/run/events.js';
import type { Style } from './style.js';
import { cleanLine } from './untrusted.js';

/** `set shop, namespace shop, context prod-eu (https://prod-eu.example:6443), dry run (server)` */
export function targetText({
  context,
  server,
  namespace,
  namespaces = [namespace],
  set,
  dryRun,
  ...rest
}: Target): string {
  return [
    ...(set === '' ? [] : [`set ${set}`]),
    namespace === '' ? 'all namespaces' : namespacesText(namespaces),
    context === null ? server : `context ${context} (${server})`,
    ...(rest.protected === true ? ['protected'] : []),
    ...(dryRun === null ? [] : [`dry run (${dryRun})`]),
  ].join(', ');
}

const MOST_NAMESPACES = 4;

function namespacesText(namespaces: readonly string[]): string {
  const more = namespaces.length > MOST_NAMESPACES ? ` and ${namespaces.length - MOST_NAMESPACES} more` : '';
  return `${namespaces.length === 1 ? 'namespace' : 'namespaces'} ${namespaces.slice(0, MOST_NAMESPACES).join(', ')}${more}`;
}

/** The first line of a run's text, and below it where values came from that the command line does not have. */
export function targetLines(
  verb: string,
  target: Target,
  origins: ReadonlyMap<string, string>,
  style: Style,
): string[] {
  const byPlace = new Map<string, string[]>();
  for (const [flag, place] of origins) byPlace.set(place, [...(byPlace.get(place) ?? []), flag]);
  return [
    `${style.strong(`${verb}:`)} ${cleanLine(targetText(target))}`,
    ...[...byPlace].map(([place, flags]) => style.faint(`  --${flags.join(', --')} from ${cleanLine(place)}`)),
  ];
}

/** Which resources a selector means: regular expressions for the whole of each part (api/types/selector.go). */
import { inputError } from '../../errors.js';
import { goRegExpOfAll, loadPatterns } from '../../objects/regexp/goRegexp.js';
import type { Selector } from '../kustomization/kustomization.js';
import { parseLabelSelector } from './labelSelector.js';
import { type Resource, currentId, metadataTexts, originalId } from './resource.js';
import { type Gvk, effectiveNamespace } from './resourceId.js';

type Matches = (text: string) => boolean;

export interface CompiledSelector {
  readonly gvk: (gvk: Gvk) => boolean;
  readonly name: Matches;
  readonly namespace: Matches;
  readonly metadata: (resource: Resource) => boolean;
}

/** To be awaited before the selectors are used. */
export function loadSelectors(selectors: readonly (Selector | undefined)[]): Promise<void> {
  return loadPatterns(selectors.flatMap((one) => [one?.group, one?.version, one?.kind, one?.name, one?.namespace]));
}

/** Throws KapplyError `InvalidSelector`. */
export function compileSelector(selector: Selector): CompiledSelector {
  const group = whole(selector.group);
  const version = whole(selector.version);
  const kind = whole(selector.kind);
  return {
    gvk: (gvk) => group(gvk.group) && version(gvk.version) && kind(gvk.kind),
    name: whole(selector.name),
    namespace: whole(selector.namespace),
    metadata: metadataMatcher(selector),
  };
}

/** The resources that a patch's target selects, by their names now or at first. */
export function selectResources(resources: readonly Resource[], selector: Selector): Resource[] {
  const { gvk, name, namespace, metadata } = compileSelector(selector);
  return resources.filter((resource) => {
    const current = currentId(resource);
    if (!gvk(current)) return false;
    const original = originalId(resource);
    return (
      (name(original.name) || name(current.name)) &&
      (namespace(effectiveNamespace(original)) || namespace(effectiveNamespace(current))) &&
      metadata(resource)
    );
  });
}

function metadataMatcher({ labelSelector = '', annotationSelector = '' }: Selector): (resource: Resource) => boolean {
  const labels = labelMatcher(labelSelector);
  const annotations = labelMatcher(annotationSelector);
  return ({ tree }) =>
    (labelSelector === '' || labels(metadataTexts(tree, 'labels'))) &&
    (annotationSelector === '' || annotations(metadataTexts(tree, 'annotations')));
}

function labelMatcher(text: string): (labels: ReadonlyMap<string, string>) => boolean {
  const matches = parseLabelSelector(text);
  if (matches !== undefined) return matches;
  throw inputError('InvalidSelector', `${text} is no label selector`, {
    suggestions: ['Write it as kubectl takes it: app=web,tier!=cache.'],
  });
}

/** Matches whole texts; everything where the pattern is empty. */
function whole(pattern = ''): Matches {
  if (pattern === '') return () => true;
  const regExp = goRegExpOfAll(pattern);
  if (regExp === undefined) {
    throw inputError('InvalidSelector', `${pattern} is no regular expression`, {
      suggestions: [
        "Selectors are regular expressions as Go's: write names as they are, or escape what has a meaning.",
      ],
    });
  }
  return (text) => regExp.test(text);
}

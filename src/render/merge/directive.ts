/** `$patch: delete | replace | merge` in a strategic merge patch (kyaml/yaml/merge2/smpdirective.go). */
import { type Tree, type TreeMap, getField, isList, isMap, removeField, textOf } from '../resources/tree.js';
import { setElement } from './elements.js';
import { MergeProblem } from './mergeProblem.js';

export type Directive = 'delete' | 'replace' | 'merge';

const KEY = '$patch';

/** What a patch says of itself; a known directive is taken out of it. Throws MergeProblem for an unknown one. */
export function takeDirective(patch: Tree | undefined): Directive {
  if (isMap(patch)) {
    if (!Object.hasOwn(patch, KEY)) return 'merge';
    const directive = known(textOf(patch[KEY]));
    removeField(patch, KEY);
    return directive;
  }
  if (isList(patch)) {
    const element = patch.find((item) => isMap(item) && Object.hasOwn(item, KEY));
    // An element that has other fields as well speaks for itself, not for the list.
    if (!isMap(element) || Object.keys(element).length > 1) return 'merge';
    const text = textOf(element[KEY]);
    const directive = known(text);
    setElement(patch, [KEY], [text], undefined);
    return directive;
  }
  return 'merge';
}

/** Where there is nothing to patch, an unknown directive is a field like any other. */
export function hasKnownDirective(patch: TreeMap): boolean {
  return isDirective(textOf(getField(patch, KEY)));
}

function isDirective(text: string): text is Directive {
  return text === 'delete' || text === 'replace' || text === 'merge';
}

function known(text: string): Directive {
  if (isDirective(text)) return text;
  throw new MergeProblem(`${KEY}: ${text} is none of delete, replace and merge`);
}

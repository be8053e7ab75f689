/** Paths of fields as people write them. Pure. */
import { fieldName, keysOf, type Path, type PathElement } from '../../../patch/apply/pathElement.js';

/** `.spec.template.spec.containers[name="app"].image`; a name that is no word in quotes: `.metadata.labels["a.b/c"]`. */
export function pathWords(path: Path): string {
  return path.map(stepWords).join('');
}

function stepWords(element: PathElement): string {
  const name = fieldName(element);
  if (name !== undefined) return /^[\w-]+$/.test(name) ? `.${name}` : `["${name}"]`;
  const keys = keysOf(element).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  if (keys.length > 0) return `[${keys.join(',')}]`;
  const content = element.slice(2);
  return element.startsWith('v:') ? `[=${content}]` : `[${content}]`;
}

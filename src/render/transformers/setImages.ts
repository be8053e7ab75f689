/** `images` (api/filters/imagetag): in every list called containers or initContainers, and at the field specs. */
import { FieldPathProblem, type Update, scalarUpdate, updateFields } from '../fieldSpecs/fieldPath.js';
import type { FieldSpec } from '../fieldSpecs/fieldSpec.js';
import { goRegExp, loadPatterns, plainSource } from '../../objects/regexp/goRegexp.js';
import type { Pattern } from '../../objects/regexp/re2.js';
import type { Image } from '../kustomization/kustomization.js';
import { isQuotedField } from '../resources/styles.js';
import { kindOf } from '../resources/resource.js';
import { withText } from '../resources/scalarText.js';
import { type Tree, isList, isMap, isMissing, textOf } from '../resources/tree.js';
import { specsByKind } from './matchingSpecs.js';
import { refuseLongName } from './nameLength.js';
import { type Transformer, changing } from './transformer.js';

const TAG = '(:[a-zA-Z0-9_.{}-]*)?(@[a-zA-Z0-9]+([.+_-][a-zA-Z0-9]+)*:[a-zA-Z0-9_.{}-]*)?$';

/**
 * An entry with a tagSuffix is applied twice where both ways lead to the image: what kustomize does. `unmatched` is told where the
 * entry changes no image.
 */
export async function setImages(
  image: Image,
  specs: readonly FieldSpec[],
  unmatched?: () => void,
): Promise<Transformer> {
  const specsFor = specsByKind(specs);
  refuseLongName('an image', image.name, image.newName, image.newTag, image.tagSuffix, image.digest);
  const pattern = await imagePattern(image.name ?? '');
  let matches = 0;
  const update: Update = (value, quoted) => {
    const text = textOf(value);
    if (pattern?.test(text) !== true) return value;
    matches++;
    return withText(value, changedImage(text, image), quoted);
  };
  return ({ resources }) => {
    const before = matches;
    for (const resource of resources) {
      const { tree } = resource;
      if (tree === undefined || kindOf(tree) === 'CustomResourceDefinition') continue;
      changing(resource, 'setting images', () => {
        updateContainers(tree, scalarUpdate('containers/image', update));
        for (const spec of specsFor(resource)) updateFields(tree, spec, scalarUpdate(spec.path, update));
      });
    }
    if (matches === before) unmatched?.();
  };
}

/** The name is a regular expression; one that does not compile matches nothing. */
async function imagePattern(name: string): Promise<Pattern | undefined> {
  const source = name.includes('|') ? undefined : plainSource(name);
  // Behind a name without alternatives, each character of the tag can be matched in one way only.
  if (source !== undefined) return new RegExp(`^${source}${TAG}`, 'u');
  const pattern = `^${name}${TAG}`;
  await loadPatterns([pattern]);
  return goRegExp(pattern);
}

function updateContainers(node: Tree, update: Update): void {
  if (isList(node)) {
    for (const item of node) if (typeof item === 'object') updateContainers(item, update);
  } else if (isMap(node)) {
    for (const field of Object.keys(node)) {
      const value = node[field];
      if (typeof value !== 'object') continue;
      updateContainers(value, update);
      if ((field === 'containers' || field === 'initContainers') && isList(value)) updateItems(value, update);
    }
  }
}

function updateItems(containers: readonly Tree[], update: Update): void {
  for (const container of containers) {
    if (isMissing(container)) continue;
    if (!isMap(container)) throw new FieldPathProblem('containers', 'a container is not a map');
    const { image } = container;
    if (image !== undefined && !isMissing(image)) container.image = update(image, isQuotedField(container, 'image'));
  }
}

function changedImage(text: string, image: Image): string {
  const parts = splitImage(text);
  const name = image.newName || parts.name;
  let { tag, digest } = parts;
  if (image.newTag || image.digest) {
    tag = image.newTag ?? '';
    digest = image.digest ?? '';
  } else if (image.tagSuffix) {
    tag += image.tagSuffix;
    digest = '';
  }
  return name + (tag === '' ? '' : `:${tag}`) + (digest === '' ? '' : `@${digest}`);
}

/** Name, tag and digest of an image; a colon before the first slash belongs to the registry's port. */
function splitImage(text: string): { name: string; tag: string; digest: string } {
  const slash = Math.max(text.indexOf('/'), 0);
  const at = text.indexOf('@', slash);
  const colon = text.indexOf(':', slash);
  if (at >= 0 && (colon < 0 || at < colon)) return { name: text.slice(0, at), tag: '', digest: text.slice(at + 1) };
  if (colon < 0) return { name: text, tag: '', digest: '' };
  const end = at < 0 ? text.length : at;
  return { name: text.slice(0, colon), tag: text.slice(colon + 1, end), digest: at < 0 ? '' : text.slice(at + 1) };
}

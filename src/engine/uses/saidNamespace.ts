/**
 * Which namespace a name with a content hash is meant in: what stands with it, and otherwise what the object says of a
 * namespace anywhere. docs/uses.md, "Names with a hash".
 */
import { groupOf, type KubeObject, type ObjectId } from '../../objects/object.js';
import { isBuiltInGroup } from './builtInGroups.js';
import { isInContainer, NO_NAMES } from './plainNames.js';
import { namespaceBeside, visitStrings, type FoundString } from './strings.js';

/** A run of what names are made of: `shop` is none of the words of `web.shop.svc`. */
const WORDS = /[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?/g;
/** `--secret-namespace=shop`, `NAMESPACE=shop`. */
const ASSIGNED = /^-{0,2}[A-Za-z_][\w.-]*=(.*)$/s;

/** A namespace beside the name decides; without one it is that of the object. An object of the cluster may mean any. */
export function isInNamespace(id: ObjectId, found: FoundString, object: KubeObject): boolean {
  if (id.namespace === '') return true;
  const said = namespaceBeside(found);
  if (said !== undefined && !found.path.startsWith('metadata.')) return said === id.namespace;
  const { namespace = '' } = object.metadata;
  return namespace === '' || namespace === id.namespace;
}

/**
 * True where an object of another namespace says this one, in the text of the name itself (`shop:NAME`, JSON, a script's
 * `-n shop`) or alone in another place (a second argument or variable, a field further up). A namespace beside the name
 * has decided already.
 */
export function saysNamespace(object: KubeObject, namespace: string, found: FoundString): boolean {
  if (namespaceBeside(found) !== undefined && !found.path.startsWith('metadata.')) return false;
  if (found.text.match(WORDS)?.includes(namespace) === true) return true;
  const isCustom = !isBuiltInGroup(groupOf(object.apiVersion));
  let says = false;
  visitStrings(object, (one) => {
    says ||=
      (ASSIGNED.exec(one.text)?.[1] ?? one.text) === namespace &&
      (isPlaceOfNamespaces(one, isCustom) || (object.kind === 'ConfigMap' && one.path.startsWith('data.')));
  });
  return says;
}

/** Custom resources but for their status, annotations, commands, arguments and the values of variables; no labels. */
function isPlaceOfNamespaces({ path, field, above }: FoundString, isCustom: boolean): boolean {
  if (NO_NAMES.test(field) || above.some((one) => NO_NAMES.test(one))) return false;
  if (path.startsWith('metadata.')) return above[above.length - 1] === 'annotations' && field !== '';
  return isCustom || isInContainer(path);
}

import { createHash } from 'node:crypto';
import { inputError } from '../../errors.js';
import { isJsonObject } from '../../objects/json.js';
import type { JsonObject } from '../../objects/object.js';
import { encodeGoJson } from '../go/goJson.js';

/** The letters that stand for the digits of a name suffix that could make a word (kustomize: api/hasher encode). */
const LETTERS = new Map([
  ['0', 'g'],
  ['1', 'h'],
  ['3', 'k'],
  ['a', 'm'],
  ['e', 't'],
]);

/**
 * The suffix that a generated ConfigMap's or Secret's name gets (kustomize: api/hasher/hasher.go): the first ten digits of the
 * SHA-256 of its content, as JSON that Go writes. The name does not count, and neither do labels and annotations.
 * @throws KapplyError UnsupportedHash for any other kind
 */
export function contentHash(object: JsonObject): string {
  const hash = createHash('sha256')
    .update(encodeGoJson(hashedContent(object)))
    .digest('hex');
  return Array.from(hash.slice(0, 10), (digit) => LETTERS.get(digit) ?? digit).join('');
}

/** kustomize looks the name up where it is not, so it is always empty; what is absent becomes an empty string. */
function hashedContent(object: JsonObject): JsonObject {
  const { kind } = object;
  const data = object.data ?? '';
  if (kind === 'ConfigMap') {
    return { kind, name: '', data, ...(isJsonObject(object.binaryData) && { binaryData: object.binaryData }) };
  }
  if (kind === 'Secret') {
    return {
      kind,
      type: object.type ?? '',
      name: '',
      data,
      ...(isJsonObject(object.stringData) && { stringData: object.stringData }),
    };
  }
  throw inputError(
    'UnsupportedHash',
    `a content hash is for ConfigMaps and Secrets, not for the kind ${JSON.stringify(kind)}`,
    {
      suggestions: ['Remove the annotation kustomize.config.k8s.io/needs-hash from the object.'],
    },
  );
}

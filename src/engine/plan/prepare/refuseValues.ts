/** Values of ConfigMaps and Secrets that the server would refuse without saying which, or with the value in its words. */
import { inputError } from '../../../errors.js';
import { isJsonObject } from '../../../objects/json.js';
import { isSecret } from '../../../objects/kinds.js';
import { formatId, groupOf, idOf, type KubeObject } from '../../../objects/object.js';
import type { RenderedObject } from '../../../objects/rendered.js';
import { isConfigKey } from '../../../objects/names.js';

/**
 * A Secret's values are strings. The server's refusal of another type quotes the value (seen: `expected string, got
 * …{Value:12345678}`), so it is never asked.
 */
export function refuseSecretValues(object: KubeObject, item: RenderedObject): void {
  if (!isSecret(object)) return;
  const refuse = (path: string, wanted: string, value: unknown): never => {
    throw inputError(
      'InvalidSecret',
      `${formatId(idOf(object), true)} in ${item.origin.file}: ${path} must ${wanted}, not a ${typeWord(value)}`,
      { position: item.origin, suggestions: ['Put quotes around the value.'] },
    );
  };
  for (const field of ['data', 'stringData']) {
    const entries = object[field] ?? {};
    if (!isJsonObject(entries)) return refuse(field, 'hold keys and values', entries);
    for (const [index, [key, value]] of Object.entries(entries).entries()) {
      // A file that is no env file (a private key) becomes keys: they are not quoted either.
      if (!isConfigKey(key)) {
        throw inputError(
          'InvalidSecret',
          `${formatId(idOf(object), true)} in ${item.origin.file}: key ${index + 1} of ${field} is not a key that a Secret can have`,
          {
            position: item.origin,
            suggestions: [
              'A key holds letters, digits, "-", "_" and ".". A file that is not made of key=value lines belongs under "files", not "envs".',
            ],
          },
        );
      }
      if (value !== null && typeof value !== 'string') refuse(`${field}.${key}`, 'be a string', value);
    }
  }
}

/** The server's refusal says neither the object's key nor where it stands. */
export function refuseNoBase64(object: KubeObject, { origin }: RenderedObject): void {
  const field = isSecret(object) ? 'data' : object.kind === 'ConfigMap' ? 'binaryData' : undefined;
  const entries = field === undefined || groupOf(object.apiVersion) !== '' ? undefined : object[field];
  if (field === undefined || !isJsonObject(entries)) return;
  for (const [key, value] of Object.entries(entries)) {
    if (typeof value !== 'string' || isBase64(value)) continue;
    throw inputError(
      'InvalidBase64',
      `${formatId(idOf(object), true)} in ${origin.file}: ${field}.${key} is not base64`,
      {
        position: origin,
        suggestions: [
          `Plain text belongs under ${field === 'data' ? 'stringData' : 'data'}, or encode it: base64 -w0 FILE`,
        ],
      },
    );
  }
}

/** As Go decodes it (encoding/base64, StdEncoding): padded, and line breaks do not count. */
function isBase64(text: string): boolean {
  const packed = text.replace(/[\r\n]/g, '');
  return packed.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(packed);
}

function typeWord(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'object') return 'map';
  return typeof value === 'bigint' ? 'number' : typeof value;
}

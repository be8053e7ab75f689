/** What lies packed in a record: the objects as they were rendered, without secrets. */
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { decodeJson, encodeJson } from '../../cluster/requests/json.js';
import { EXIT, KapplyError } from '../../errors.js';
import { idOf, type KubeObject } from '../../objects/object.js';
import type { RenderedObject } from '../../objects/rendered.js';
import type { MaskRule } from '../../objects/secretTexts.js';
import { isRevision } from '../configs/revisions.js';
import type { RecordContent, RecordedObject } from './recorded.js';
import { isContent } from './shape.js';
import { hasWithheld, withhold, withholdData } from './withhold.js';

/** A ConfigMap holds 1 MiB (core/v1 MaxSecretSize); the summary takes a little of it. */
export const MOST_BYTES = 1_000_000;
/** What a packed record may become: nobody else's ConfigMap fills the memory of a rollback. */
const MOST_UNPACKED_BYTES = 256 * 1024 * 1024;

const KEY = 'objects.json.gz';

/** What tells whether an object is still what it was: its generation where it has one, since a status changes all the time. */
export function versionOf({ metadata: { uid = '', generation, resourceVersion = '' } }: KubeObject): string {
  return `${uid}/${generation === undefined ? `v${resourceVersion}` : `g${String(generation)}`}`;
}

/**
 * @param versions what each object was when it was deployed, by its place
 */
export function recordedObjects(
  rendered: readonly RenderedObject[],
  rules: readonly MaskRule[],
  versions: readonly (string | undefined)[],
): RecordedObject[] {
  return rendered.map(({ object, generated }, index) => {
    const kept = withhold(object, rules);
    const version = hasWithheld(kept) ? versions[index] : undefined;
    return { object: kept, generated, ...(version !== undefined && { version }) };
  });
}

/** Equal for what is the same but for secrets. */
export function digestOf({ namespace, objects }: RecordContent): string {
  const text = encodeJson([namespace, objects.map(({ object }) => object)]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/**
 * As `binaryData`. What is too large is left out: the values of generated configs, which come back only while they are still
 * in the cluster, or else everything.
 * @returns undefined where nothing of it fits
 */
export function packContent(content: RecordContent): Readonly<Record<string, string>> | undefined {
  const smaller: RecordContent = {
    ...content,
    objects: content.objects.map((item) =>
      isRevision(idOf(item.object)) ? { ...item, object: withholdData(item.object) } : item,
    ),
  };
  for (const candidate of [content, smaller]) {
    const packed = gzipSync(encodeJson(candidate));
    if (packed.length <= MOST_BYTES) return { [KEY]: packed.toString('base64') };
  }
  return undefined;
}

/** @throws KapplyError `UnreadableRecord` (exit 2) */
export function unpackContent(record: KubeObject): RecordContent {
  const packed = (record.binaryData as Readonly<Record<string, unknown>> | undefined)?.[KEY];
  try {
    if (typeof packed !== 'string') throw new TypeError(`it has no ${KEY}`);
    const text = gunzipSync(Buffer.from(packed, 'base64'), { maxOutputLength: MOST_UNPACKED_BYTES }).toString('utf8');
    const content: unknown = decodeJson(text);
    if (!isContent(content)) throw new TypeError('it holds no objects of a deploy');
    return content;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new KapplyError(
      'UnreadableRecord',
      `ConfigMap/${record.metadata.name} cannot be read as a record of a deploy: ${error.message}`,
      EXIT.input,
      { cause: error, suggestions: ['kapply history --set NAME shows the others of that set.'] },
    );
  }
}

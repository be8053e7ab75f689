/** Writes the record of a run that has ended, and removes those beyond the bound. Whatever goes wrong is a warning: the deploy is done. */
import { ApiError, refusedWords } from '../../cluster/apiError.js';
import type { ApiResource } from '../../cluster/cluster.js';
import { EXIT, KapplyError } from '../../errors.js';
import { RECORD_ANNOTATION, RECORD_LABEL } from '../../objects/annotations.js';
import type { KubeObject } from '../../objects/object.js';
import type { Emit } from '../run/events.js';
import { beyondBound } from './bound.js';
import { digestOf, packContent } from './content.js';
import type { RecordContent, RecordSummary } from './recorded.js';
import { listRecords, recordResource, type RecordsContext } from './listRecords.js';
import { isGood, recordName, recordObject, type DeployRecord } from './record.js';

export interface NewRecord extends Omit<RecordSummary, 'user' | 'digest' | 'objects'> {
  readonly set: string;
  /** That of the set's Lease. */
  readonly namespace: string;
  /** Of a run whose objects were all applied. */
  readonly content: RecordContent | undefined;
}

export interface WriteRecordContext extends RecordsContext {
  readonly emit: Emit;
  /** How many deploys that went well are kept. */
  readonly keep: number;
  readonly asked: AskedForRecord;
}

/** What was asked for when the run began; undefined where there was no answer, which is asked for again then. */
export interface AskedForRecord {
  readonly records: Promise<readonly DeployRecord[] | undefined>;
  /** Who runs this. Of a run that changes nothing there is hardly ever a record to write. */
  readonly user: Promise<{ readonly name: string | undefined } | undefined> | undefined;
}

/** @param writes whether the run changes anything */
export function askForRecord(set: string, namespace: string, writes: boolean, context: RecordsContext): AskedForRecord {
  const { cluster, signal } = context;
  return {
    records: listRecords(set, namespace, context).catch(() => undefined),
    user: writes
      ? cluster.whoAmI({ signal }).then(
          (name) => ({ name }),
          () => undefined,
        )
      : undefined,
  };
}

/** Without the lock another run may take the same number, and an answer may be lost. */
const TRIES = 3;

/**
 * Rejects with the reason of the signal alone. A deploy that changed nothing of what the newest record holds leaves none.
 * @returns the number of the record; undefined where none was written
 */
export async function writeRecord(made: NewRecord, context: WriteRecordContext): Promise<number | undefined> {
  try {
    return await write(made, context);
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof KapplyError)) throw error;
    const words = error instanceof ApiError ? refusedWords(error) : error.message;
    const message = `this deploy leaves no record, so no rollback will know of it: ${words}`;
    context.emit({ type: 'warning', message });
    return undefined;
  }
}

async function write(made: NewRecord, context: WriteRecordContext): Promise<number | undefined> {
  const { set, namespace, content, ...rest } = made;
  const resource = recordResource(context.discovery);
  if (resource === undefined) return undefined;
  const { cluster, signal, asked } = context;
  const records = (await asked.records) ?? (await listRecords(set, namespace, context));
  const [newest] = records;
  const digest = content === undefined ? '' : digestOf(content);
  if (newest !== undefined && isUnchanged(made) && isGood(newest) && newest.digest === digest) return undefined;
  const { name: user } = (await asked.user) ?? { name: await cluster.whoAmI({ signal }) };
  const packed = content === undefined ? undefined : packContent(content);
  if (content !== undefined && packed === undefined) {
    const message = `what was deployed is too large for a record (${content.objects.length} objects): no rollback can go back to it`;
    context.emit({ type: 'warning', message });
  }
  const objects = packed === undefined ? 0 : (content?.objects.length ?? 0);
  const record = { ...rest, user, digest, objects, set, namespace };
  const number = await createNext(record, packed, (newest?.number ?? 0) + 1, { ...context, resource });
  const all = [{ ...record, number, name: recordName(set, number), uid: undefined }, ...records];
  await removeOldest(beyondBound(all, context.keep), context);
  return number;
}

async function createNext(
  { set, namespace, ...summary }: RecordSummary & Pick<DeployRecord, 'set' | 'namespace'>,
  packed: Readonly<Record<string, string>> | undefined,
  first: number,
  { cluster, signal, resource }: RecordsContext & { readonly resource: ApiResource },
): Promise<number> {
  let number = first;
  for (let failed = 0; ;) {
    const object = {
      ...recordObject({ set, namespace, number }, summary),
      ...(packed !== undefined && { binaryData: packed }),
    };
    const address = { resource, namespace, name: object.metadata.name };
    try {
      await cluster.create(address, object, { fieldManager: 'kapply-record', signal });
      return number;
    } catch (error) {
      if (!mayBeThere(error) || ++failed > TRIES) throw error;
      const there = await cluster.get(address, { signal });
      if (isSameRecord(there, object)) return number;
      if (there !== undefined) number += 1;
    }
  }
}

/** The number is taken, or the answer was lost: the server may have created it. */
function mayBeThere(error: unknown): boolean {
  if (error instanceof ApiError) return error.status.reason === 'AlreadyExists';
  return error instanceof KapplyError && error.exitCode === EXIT.unreachable;
}

/** Which run it was, and when it ended, stands in the summary. */
function isSameRecord(there: KubeObject | undefined, object: KubeObject): boolean {
  return (
    there?.metadata.annotations?.[RECORD_ANNOTATION] === object.metadata.annotations?.[RECORD_ANNOTATION] &&
    there?.metadata.labels?.[RECORD_LABEL] === object.metadata.labels?.[RECORD_LABEL]
  );
}

function isUnchanged({ state, counts, backTo }: NewRecord): boolean {
  return state === 'deployed' && backTo === undefined && counts.created + counts.configured + counts.deleted === 0;
}

/** What may not be deleted stays: the next deploy tries again. */
async function removeOldest(records: readonly DeployRecord[], context: WriteRecordContext): Promise<void> {
  try {
    await removeRecords(records, context);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const message = `more than --records ${context.keep} records of deploys stay: ${refusedWords(error)}`;
    context.emit({ type: 'warning', message });
  }
}

/** Deletes records: those beyond the bound, or those of a set that is no more. */
export async function removeRecords(
  records: readonly DeployRecord[],
  { cluster, discovery, signal }: RecordsContext,
): Promise<void> {
  const resource = recordResource(discovery);
  if (resource === undefined) return;
  for (const { namespace, name, uid } of records) {
    await cluster.remove({ resource, namespace, name }, { ...(uid !== undefined && { uid }), signal });
  }
}

/** Removes the records of a set that is no more. What may not be deleted stays: it does no harm. */
export async function forgetRecords(set: string, namespace: string, context: RecordsContext): Promise<void> {
  try {
    await removeRecords(await listRecords(set, namespace, context), context);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

/** `--backup-dir`: each object as a manifest that can be applied again, before it is deleted. */
import { join } from 'node:path';
import { fileProblem } from '../files/fileProblem.js';
import { EXIT, KapplyError } from '../errors.js';
import { fileNameOf } from '../files/fileName.js';
import { makeFolder } from '../files/folders.js';
import { writeWhole } from '../files/writeWhole.js';
import { isSecret } from '../objects/kinds.js';
import { formatId, idOf, type Json, type KubeObject } from '../objects/object.js';
import { redact } from '../objects/redact.js';
import { withoutServerFields } from '../objects/serverFields.js';
import { yamlWriter } from './documents/documentText.js';

export interface BackupOptions {
  readonly folder: string;
  /** Secret values are written as well; without it a Secret is kept with its keys alone. */
  readonly secrets: boolean;
}

/**
 * Writes one file for each object, readable by the owner alone, whole or not at all.
 * @returns a function that rejects with KapplyError `BackupFailed`: then the object is not deleted
 */
export function backupTo({ folder, secrets }: BackupOptions): (object: KubeObject) => Promise<void> {
  return async (object) => {
    const id = idOf(object);
    const kind = [id.kind.toLowerCase(), id.group].filter((part) => part !== '').join('.');
    const parts = [id.namespace, kind, id.name].filter((part) => part !== '');
    const file = join(folder, `${fileNameOf(...parts)}.yaml`);
    try {
      makeFolder(folder);
      writeWhole(file, (await yamlWriter())(manifestOf(object, secrets)), { secret: true });
    } catch (error) {
      throw new KapplyError(
        'BackupFailed',
        `${formatId(id)} could not be backed up to ${file} (${fileProblem((error as NodeJS.ErrnoException).code)}), so it stays`,
        EXIT.pruneIncomplete,
        { cause: error },
      );
    }
  };
}

function manifestOf(object: KubeObject, secrets: boolean): Json {
  // Owners have other UIDs by the time that the manifest is applied again.
  const {
    apiVersion,
    kind,
    metadata: given,
    ...content
  } = withoutServerFields(isSecret(object) && !secrets ? redact(object) : object);
  const { ownerReferences: _, ...metadata } = given;
  // An item of a list has its type last; people look for it first.
  return { apiVersion, kind, metadata, ...content } as unknown as Json;
}

/** `--backup-dir`: each object as a manifest that can be applied again, before it is deleted. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT, KapplyError } from '../errors.js';
import { formatId, groupOf, idOf, type Json, type KubeObject } from '../objects/object.js';
import { redact } from '../objects/redact.js';
import { emitYaml } from '../render/yaml/emit.js';

/** Metadata that the server writes anew when the manifest is applied. */
const SERVER_FIELDS = [
  'managedFields',
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'generation',
  'selfLink',
  'ownerReferences',
];

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
    const file = join(
      folder,
      `${[id.namespace, id.kind.toLowerCase(), id.name].filter((part) => part !== '').join('_')}.yaml`,
    );
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(`${file}.partial`, emitYaml(manifestOf(object, secrets)), { mode: 0o600 });
      await rename(`${file}.partial`, file);
    } catch (error) {
      throw new KapplyError(
        'BackupFailed',
        `${formatId(id)} could not be backed up to ${file} (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}), so it stays`,
        EXIT.pruneIncomplete,
        { cause: error },
      );
    }
  };
}

function manifestOf(object: KubeObject, secrets: boolean): Json {
  const isSecret = object.kind === 'Secret' && groupOf(object.apiVersion) === '';
  const { status: _, ...rest } = isSecret && !secrets ? redact(object) : object;
  const metadata = Object.fromEntries(
    Object.entries(rest.metadata as object).filter(([field]) => !SERVER_FIELDS.includes(field)),
  );
  return { ...rest, metadata };
}

import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those around it, for their owner alone unless it is told that others may look. Fine where it is there. Node's own
 * `recursive` never ends where a file system says that a folder is missing which is there: /proc does.
 * @throws NodeJS.ErrnoException
 */
export function makeFolder(path: string, { shared = false }: { readonly shared?: boolean } = {}): void {
  const mode = shared ? 0o777 : 0o700;
  const around = dirname(path);
  if (!existsSync(around) && around !== path) makeFolder(around, { shared });
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another process may have been faster.
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}

import { readFile, realpath } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { lockFile } from '../../files/lockFile.js';
import { writeWhole } from '../../files/writeWhole.js';

/**
 * Writes renewed tokens back to the kubeconfig that holds the user, as kubectl does (clientcmd, PersisterForUser):
 * everything else in the file stays, comments included. Guarded by kubectl's own lock file, `<file>.lock`.
 */
export async function saveAuthProviderConfig(
  file: string,
  user: string,
  changed: Readonly<Record<string, string>>,
): Promise<void> {
  // A kubeconfig may be a link into a folder of many: the link stays.
  const target = await realpath(file);
  const unlock = lockFile(`${target}.lock`);
  try {
    const document = parseDocument(await readFile(target, 'utf8'), { logLevel: 'error' });
    const { users } = document.toJS() as { readonly users: readonly { readonly name: string }[] };
    const index = users.findIndex((entry) => entry.name === user);
    for (const [key, value] of Object.entries(changed)) {
      document.setIn(['users', index, 'user', 'auth-provider', 'config', key], value);
    }
    writeWhole(target, document.toString({ lineWidth: 0 }), { secret: false });
  } finally {
    unlock();
  }
}

import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where `--sandbox` keeps its state: in the folder that the XDG base directory specification has for it. */
export function defaultStateFile(env: Readonly<Record<string, string | undefined>>): string {
  const folder = env['XDG_STATE_HOME'];
  // A relative path is to be ignored, says the specification.
  const base = folder?.startsWith('/') === true ? folder : join(env['HOME'] ?? homedir(), '.local', 'state');
  return join(base, 'kapply', 'sandbox.json');
}

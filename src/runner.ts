/** Who this process is, as the holder of a set's lock: the one thing that the engine is told of its process. */
import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import type { Runner } from './engine/run/options.js';

const IDENTITY = /^(?<user>.*)@(?<host>[^@ ]+) pid (?<pid>\d+) [0-9a-f-]+$/;

/** `ci@runner-7 pid 4711 3f2a…`: readable in `kubectl get lease`, and unique to this run. */
export function processRunner(): Runner {
  const host = hostname();
  return {
    identity: `${userName()}@${host} pid ${process.pid} ${randomUUID().slice(0, 8)}`,
    hasEnded: (identity) => hasEnded(identity, host),
  };
}

/** True where the identity is that of a process of this machine that is there no more. */
function hasEnded(identity: string, host: string): boolean {
  const parts = IDENTITY.exec(identity)?.groups;
  if (parts?.host !== host) return false;
  try {
    // Signal 0 asks whether the process exists, and sends nothing.
    process.kill(Number(parts.pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** In a container there may be no entry for the user. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}

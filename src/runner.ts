/** Who this process is, as the holder of a set's lock: the one thing that the engine is told of its process. */
import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import type { Runner } from './engine/run/options.js';

const IDENTITY = /^(?<user>.*)@(?<host>[^@ ]+) pid (?<pid>\d+) (?<run>[0-9a-f]{8})(?: in (?<place>[0-9a-f-]+\/\d+))?$/;

/** What a process id means something in: two containers of one host name have a process 1 each. */
export interface ProcessPlace {
  readonly host: string;
  /** The boot of the machine and the namespace of process ids, `3698fffa…/4026531836`; undefined where it cannot be told. */
  readonly place: string | undefined;
}

/** `ci@runner-7 pid 4711 3f2a01bc in …`: readable in `kubectl get lease`, and unique to this run. */
export function processRunner(here: ProcessPlace = thisPlace()): Runner {
  const where = here.place === undefined ? '' : ` in ${here.place}`;
  return {
    identity: `${userName()}@${here.host} pid ${process.pid} ${randomUUID().slice(0, 8)}${where}`,
    hasEnded: (identity) => hasEnded(identity, here),
  };
}

/**
 * True where the identity is that of a process that this one would see if it were there: of the same host name, the same
 * boot and the same namespace of process ids. Where any of them is unknown, the Lease has to expire.
 */
function hasEnded(identity: string, { host, place }: ProcessPlace): boolean {
  const parts = IDENTITY.exec(identity)?.groups;
  if (place === undefined || parts?.host !== host || parts.place !== place) return false;
  try {
    // Signal 0 asks whether the process exists, and sends nothing.
    process.kill(Number(parts.pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** Linux tells both, in every container. Elsewhere nothing does without a program, and there a Lease expires after 15 s. */
function thisPlace(): ProcessPlace {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const namespace = /^pid:\[(\d+)\]$/.exec(readlinkSync('/proc/self/ns/pid'))?.[1];
    return { host: hostname(), place: namespace === undefined ? undefined : `${boot}/${namespace}` };
  } catch {
    return { host: hostname(), place: undefined };
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

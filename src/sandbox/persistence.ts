import { readFileSync } from 'node:fs';
import { inputError } from '../errors.js';
import { writeWhole } from '../files/writeWhole.js';
import type { ServerCertificate } from './certificates.js';
import type { Store, StoreSnapshot } from './store.js';

/** What a state file holds: the objects, and what lets a kubeconfig of before go on working. */
export interface SandboxState {
  readonly format: 1;
  /** Where the sandbox that wrote this was listening. */
  readonly url: string;
  readonly token: string;
  readonly certificate: ServerCertificate;
  readonly store: StoreSnapshot;
}

/** The state in a file; undefined where there is no file. Throws `SandboxStateInvalid` for one that is none of ours. */
export function readState(file: string): SandboxState | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unreadable(file, error);
  }
  try {
    const state = JSON.parse(text) as Partial<SandboxState>;
    if (state.format === 1 && state.store !== undefined) return state as SandboxState;
  } catch (error) {
    throw unreadable(file, error);
  }
  throw unreadable(file, undefined);
}

function unreadable(file: string, cause: unknown): Error {
  return inputError('SandboxStateInvalid', `${file} is not the state of a sandbox`, {
    position: { file },
    suggestions: ['Name another file, or delete this one to begin anew.'],
    cause,
  });
}

export interface StateKeeper {
  /** Writes what is not written yet. */
  flush(): void;
  /** Writes a last time, and watches no more. */
  close(): void;
}

const WRITE_AFTER_MS = 50;

/**
 * Keeps a file up to date with the store. It is written as a whole beside the old one and takes its place by one rename,
 * so that whoever reads it, after whatever end of this process, finds one moment's state; only the owner may read it.
 */
export function keepState(file: string, store: Store, state: () => SandboxState): StateKeeper {
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    writeWhole(file, JSON.stringify(state()), { secret: true });
  };
  const stop = store.watch(undefined, store.revision(), () => {
    timer ??= setTimeout(flush, WRITE_AFTER_MS);
  });
  flush();
  return {
    flush,
    close: () => {
      stop();
      flush();
    },
  };
}

import { request } from 'node:https';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inputError } from '../errors.js';
import { makeFolder } from '../files/folders.js';
import { makeTemporaryFolder } from '../files/temporaryFolder.js';
import { writeWhole } from '../files/writeWhole.js';
import { kubeconfigOf } from './kubeconfig.js';
import { readState } from './persistence.js';
import type { SandboxState } from './persistence.js';
import { startSandbox } from './startSandbox.js';
import type { Sandbox, SandboxOptions } from './startSandbox.js';

/** A sandbox for the length of one command: what `--sandbox` runs against. */
export interface OpenedSandbox {
  /** The path of a kubeconfig. */
  readonly kubeconfig: string;
  close(): Promise<void>;
}

/**
 * Reaches the sandbox that runs on this state file, or runs one in this process until `close`.
 *
 * @throws KapplyError `SandboxStateInvalid` (exit 2)
 */
export async function openSandbox(stateFile: string): Promise<OpenedSandbox> {
  makeFolder(dirname(stateFile));
  const state = readState(stateFile);
  if (state === undefined || !(await isRunning(state))) return startSandbox({ stateFile });
  const folder = await makeTemporaryFolder();
  const kubeconfig = join(folder, 'kubeconfig');
  const { url: server, token, certificate } = state;
  writeWhole(kubeconfig, JSON.stringify(kubeconfigOf({ server, ca: certificate.ca, token })), { secret: true });
  return {
    kubeconfig,
    close: () => {
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

/**
 * Starts a sandbox, unless another one runs on its state file: two would overwrite each other.
 *
 * @throws KapplyError `SandboxRunning` or `SandboxStateInvalid` (exit 2)
 */
export async function startOnlySandbox(options: SandboxOptions): Promise<Sandbox> {
  const { stateFile } = options;
  const state = stateFile === undefined ? undefined : readState(stateFile);
  if (state !== undefined && (await isRunning(state))) {
    throw inputError('SandboxRunning', `another sandbox runs on ${stateFile ?? ''}, at ${state.url}`, {
      suggestions: ['Use that one, stop it, or name another state file.'],
    });
  }
  return startSandbox(options);
}

const ANSWERS_WITHIN_MS = 1000;

/** Whether a sandbox with this state's certificate and token answers where the state says. */
function isRunning({ url, token, certificate }: SandboxState): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = request(
      `${url}/api/v1/namespaces/default`,
      { ca: certificate.ca, headers: { authorization: `Bearer ${token}` }, timeout: ANSWERS_WITHIN_MS, agent: false },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    probe.on('timeout', () => probe.destroy());
    probe.on('error', () => resolve(false));
    probe.end();
  });
}

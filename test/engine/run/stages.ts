import { randomUUID } from 'node:crypto';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../../src/cluster/connect.js';
import type { RunContext } from '../../../src/engine/run/options.js';
import { startSandbox, type Sandbox } from '../../../src/sandbox/index.js';

/** A server with a clock of its own: a case that moves it makes no other case late. */
export interface Stage {
  readonly sandbox: Sandbox;
  readonly now: () => number;
  /** Creation times have whole seconds: what is created before is older than what begins after. */
  readonly later: () => void;
}

/** Servers that begin as another one ended: what runs are killed on, one each. */
export interface Stages {
  /** As the one was that was closed under this name; without it, empty. */
  readonly open: (state?: string) => Promise<Stage>;
  readonly close: (stage: Stage, as?: string) => Promise<void>;
  readonly remove: () => Promise<void>;
}

const SECONDS_MS = 3000;

export async function makeStages(): Promise<Stages> {
  const folder = await mkdtemp(join(tmpdir(), 'kapply-stages-'));
  const fileOf = (state: string): string => join(folder, `${state}.json`);
  const files = new WeakMap<Sandbox, string>();
  let ahead = 0;
  return {
    open: async (state) => {
      let clock = (ahead += SECONDS_MS);
      const now = (): number => Date.now() + clock;
      const stateFile = fileOf(randomUUID());
      if (state !== undefined) await copyFile(fileOf(state), stateFile);
      const sandbox = await startSandbox({ now, stateFile });
      files.set(sandbox, stateFile);
      return { sandbox, now, later: () => void (clock += SECONDS_MS) };
    },
    close: async ({ sandbox }, as) => {
      await sandbox.close();
      if (as !== undefined) await copyFile(files.get(sandbox) ?? '', fileOf(as));
    },
    remove: () => rm(folder, { recursive: true }),
  };
}

/** Runs something against a stage, by a process that is no more when it was killed: its lock is free at once. */
export async function onStage<T>(
  { sandbox, now }: Stage,
  killed: AbortSignal | undefined,
  act: (context: RunContext) => Promise<T>,
  { namespace, confirm = 'agreed' }: { readonly namespace?: string; readonly confirm?: 'agreed' | 'impossible' } = {},
): Promise<T> {
  const signal = killed ?? new AbortController().signal;
  const cluster = await connect({ env: {}, kubeconfig: sandbox.kubeconfig, signal });
  try {
    return await act({
      cluster: namespace === undefined ? cluster : { ...cluster, namespace },
      now,
      signal,
      emit: () => undefined,
      confirm: () => Promise.resolve(confirm),
      runner: { identity: `run ${randomUUID()}`, hasEnded: () => true },
    });
  } finally {
    await cluster.close();
  }
}

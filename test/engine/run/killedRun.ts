import type { Sandbox } from '../../../src/sandbox/index.js';

/** Where a run is killed: at its n-th request, before or after that took effect. */
export interface Crash {
  readonly n: number;
  readonly when: 'before' | 'after';
}

/** From the n-th request on, nothing gets through any more: as for a process that is no more. */
export async function killedRun(
  { faults }: Sandbox,
  { n, when }: Crash,
  run: (killed: AbortSignal) => Promise<unknown>,
): Promise<void> {
  const killed = new AbortController();
  let count = 0;
  const kill = (): void => void setImmediate(() => killed.abort(new Error('killed')));
  faults.add({ kind: 'reset', when }, { on: () => ++count === n });
  faults.add({ kind: 'reset', when: 'before' }, { on: () => count > n, times: Infinity });
  faults.add({ kind: 'meanwhile', act: kill }, { on: () => count >= n, times: Infinity });
  try {
    await run(killed.signal);
  } catch (error) {
    if (!killed.signal.aborted) throw error;
  }
  faults.clear();
}

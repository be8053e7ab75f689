/** Waits for what another process, or the controllers of a sandbox, do in their own time. */

const EVERY_MS = 10;

/** Waits until it holds. Fails with `what` when it does not within 30 s. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`${what}: not within 30 s`);
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}

/** Adds up what a mocha run counted, for .ci/run: one line of JSON in the file that KAPPLY_TEST_COUNTS names. */
import { appendFileSync } from 'node:fs';
import type { Stats } from 'mocha';

/** mocha calls this with its runner as `this`. */
export function mochaGlobalTeardown(this: { readonly stats?: Stats }): void {
  const file = process.env.KAPPLY_TEST_COUNTS;
  if (file === undefined || this.stats === undefined) return;
  const { passes, failures, pending } = this.stats;
  appendFileSync(file, `${JSON.stringify({ passed: passes, failed: failures, skipped: pending })}\n`);
}

/**
 * Adds up what a mocha run counted, for .ci/run: one line of JSON in the file that KAPPLY_TEST_COUNTS names. And tells which test is running, for
 * scripts/coverage.js, in the file that KAPPLY_TEST_CURRENT names: a process that crashes says nothing.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import type { Context, Stats } from 'mocha';

const current = process.env.KAPPLY_TEST_CURRENT;

export const mochaHooks = {
  beforeEach(this: Context): void {
    if (current !== undefined)
      writeFileSync(current, `${this.currentTest?.file ?? ''}: ${this.currentTest?.fullTitle() ?? ''}`);
  },
};

/** mocha calls this with its runner as `this`. */
export function mochaGlobalTeardown(this: { readonly stats?: Stats }): void {
  const file = process.env.KAPPLY_TEST_COUNTS;
  if (file === undefined || this.stats === undefined) return;
  const { passes, failures, pending } = this.stats;
  appendFileSync(file, `${JSON.stringify({ passed: passes, failed: failures, skipped: pending })}\n`);
}

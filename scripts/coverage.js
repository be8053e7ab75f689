/**
 * The unit tests with their coverage, and a floor for each room: `c8 mocha`, then checkCoverage.js. Where Node itself crashes, which it
 * has done once in some thousand runs of a test, the tests are run once more, and it is said in which test it was:
 * docs/decisions/0267. A test that fails is not run again.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** How a process ends that read or ran what it must not: no JavaScript can do that. Out of memory is SIGABRT, and not among them. */
const CRASHES = new Set(['SIGSEGV', 'SIGBUS', 'SIGILL']);

/** @typedef {{ readonly code: number | null, readonly signal: string | null }} Ended */

/**
 * Runs something, and once more where it crashed.
 * @param {() => Promise<Ended>} run @param {(signal: string) => void} say
 * @returns {Promise<Ended>}
 */
export async function againIfCrashed(run, say) {
  const first = await run();
  if (first.signal === null || !CRASHES.has(first.signal)) return first;
  say(first.signal);
  return run();
}

/** @param {readonly string[]} command @param {NodeJS.ProcessEnv} env @returns {Promise<Ended>} */
export function runHere([command = '', ...args], env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', env });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
}

async function main() {
  const folder = mkdtempSync(join(tmpdir(), 'kapply-coverage-'));
  const current = join(folder, 'test');
  const bin = fileURLToPath(new URL('../node_modules/.bin/', import.meta.url));
  const env = { ...process.env, KAPPLY_TEST_CURRENT: current };
  const command = [process.execPath, join(bin, 'c8'), process.execPath, join(bin, 'mocha'), ...process.argv.slice(2)];
  try {
    const { code, signal } = await againIfCrashed(
      () => runHere(command, env),
      (how) => console.error(`Node ended with ${how}, in: ${readFileSync(current, 'utf8')}\nAll tests once more.`),
    );
    if (code !== 0) throw new Error(`the tests ended with ${signal ?? `exit code ${code ?? 0}`}`);
    await import('./checkCoverage.js');
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();

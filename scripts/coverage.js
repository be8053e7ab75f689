/**
 * The unit tests with their coverage, and a floor for each room: `c8 mocha`, then checkCoverage.js. Where the process crashes, it is
 * said in which test it was: docs/decisions/0267.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** @typedef {{ readonly code: number | null, readonly signal: string | null }} Ended */

/**
 * Why a run of the tests is a failure: undefined where it is none.
 * @param {Ended} ended @param {string} current the test that was under way last
 * @returns {string | undefined}
 */
export function failureOf({ code, signal }, current) {
  if (signal !== null) return `the tests ended with ${signal}, in: ${current}`;
  return code === 0 ? undefined : `the tests ended with exit code ${code}`;
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
    const failure = failureOf(await runHere(command, env), readFileSync(current, { encoding: 'utf8', flag: 'a+' }));
    if (failure !== undefined) throw new Error(failure);
    await import('./checkCoverage.js');
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();

/**
 * Everything that can be said about the sources without running them: types, lint, format, arrows between the rooms,
 * dead code, names and citations. Silent where all is well; otherwise prints what the failing tools said, and exits 1.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The slowest first, so that two cores end together. */
const checks = [
  { name: 'lint', command: ['eslint', '--max-warnings', '0', '.'] },
  { name: 'types', command: ['node', 'node_modules/typescript-native/bin/tsc', '-p', '.'] },
  { name: 'dead code', command: ['knip', '--no-progress'] },
  { name: 'format', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
  { name: 'names and citations', command: ['node', 'scripts/checkTree.js'] },
  { name: 'arrows', command: ['depcruise', '--output-type', 'err', 'src'] },
];

/** @param {{ name: string, command: string[] }} check @returns {Promise<{ name: string, code: number | null, output: string, ms: number }>} */
function run({ name, command }) {
  const [tool, ...args] = command;
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const program = tool === 'node' ? process.execPath : `node_modules/.bin/${tool}`;
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (/** @type {Buffer} */ chunk) => (output += chunk.toString());
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', reject);
    child.on('close', (code) => resolve({ name, code, output, ms: performance.now() - start }));
  });
}

const waiting = [...checks];
const failed = [];
const seconds = [];
await Promise.all(
  Array.from({ length: Math.min(availableParallelism(), 4) }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { name, code, output, ms } = await run(next);
      seconds.push(`${name} ${(ms / 1000).toFixed(1)}s`);
      if (code !== 0) {
        failed.push(name);
        console.error(`\n--- ${name} failed\n${output.trim()}`);
      }
    }
  }),
);
if (failed.length > 0) {
  console.error(`\ncheck failed: ${failed.join(', ')}`);
  process.exitCode = 1;
} else {
  console.log(`check passed: ${seconds.join(', ')}`);
}

/**
 * Runs the control plane until it is interrupted, for trying things by hand: `npx tsx e2e/control-plane/run.ts`, then
 * `export KUBECONFIG=…` as it says.
 */
import { buildControlPlane } from './build.js';
import { startControlPlane } from './start.js';

const say = (line: string): unknown => process.stdout.write(`${line}\n`);

await buildControlPlane(say);
const controlPlane = await startControlPlane();
say(`export KUBECONFIG=${controlPlane.kubeconfig}`);
say(`export PATH=${import.meta.dirname}/.bin:$PATH`);
await new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve);
  // Keeps the process alive: promises alone do not.
  setInterval(() => undefined, 3_600_000);
});
await controlPlane.stop();
process.exit(0);

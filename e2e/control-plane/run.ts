/**
 * Runs the control plane until it is interrupted, for trying things by hand: `npx tsx e2e/control-plane/run.ts`, then
 * `export KUBECONFIG=…` as it says.
 */
import { connect } from '../../src/cluster/connect.js';
import { buildControlPlane } from './build.js';
import { startKubelet } from './kubelet/kubelet.js';
import { startControlPlane } from './start.js';

const say = (line: string): unknown => process.stdout.write(`${line}\n`);

await buildControlPlane(say);
const controlPlane = await startControlPlane();
const cluster = await connect({ kubeconfig: controlPlane.kubeconfig, env: {} });
const kubelet = await startKubelet(cluster, controlPlane.certificate);
say(`export KUBECONFIG=${controlPlane.kubeconfig}`);
say(`export PATH=${import.meta.dirname}/.bin:$PATH`);
await new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve);
  // Keeps the process alive: promises alone do not.
  setInterval(() => undefined, 3_600_000);
});
await kubelet.stop();
await cluster.close();
await controlPlane.stop();
process.exit(0);

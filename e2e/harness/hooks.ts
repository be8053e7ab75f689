/**
 * One control plane for the whole run. `KAPPLY_E2E=cluster` takes the cluster of KUBECONFIG instead; with
 * `KAPPLY_E2E=required` it is a failure when there is nothing to run on, otherwise the tests are skipped with a word.
 */
import type { Context } from 'mocha';
import { connect } from '../../src/cluster/connect.js';
import { buildControlPlane, goVersion } from '../control-plane/build.js';
import { startKubelet } from '../control-plane/kubelet/kubelet.js';
import { startControlPlane } from '../control-plane/start.js';
import { foundEnvironment, publish } from './environment.js';

const say = (line: string): unknown => process.stderr.write(`e2e: ${line}\n`);

let stop = (): Promise<void> => Promise.resolve();

async function start(): Promise<void> {
  const wish = process.env.KAPPLY_E2E ?? '';
  if (wish === 'cluster') {
    const kubeconfig = process.env.KUBECONFIG;
    if (kubeconfig === undefined) throw new Error('KAPPLY_E2E=cluster needs KUBECONFIG to name the cluster');
    say(`runs on the cluster of ${kubeconfig}`);
    publish({ kind: 'cluster', kubeconfig, folder: undefined });
    return;
  }
  if ((await goVersion()) === undefined) {
    const why = 'there is neither Go to build a control plane with nor KAPPLY_E2E=cluster to name a cluster';
    if (wish === 'required') throw new Error(why);
    say(`skipped: ${why}`);
    publish({ kind: 'none', why });
    return;
  }
  await buildControlPlane(say);
  const controlPlane = await startControlPlane();
  stop = () => controlPlane.stop();
  const cluster = await connect({ kubeconfig: controlPlane.kubeconfig, env: {} });
  const kubelet = await startKubelet(cluster, controlPlane.certificate);
  let failure: unknown;
  kubelet.ended.catch((error: unknown) => {
    say('the stand-in for the kubelet failed: no pod starts any more');
    failure = error;
  });
  stop = async () => {
    await kubelet.stop();
    await cluster.close();
    await controlPlane.stop();
    if (failure !== undefined) throw failure as Error;
  };
  say(`runs on a control plane of its own, ${controlPlane.server}`);
  publish({ kind: 'control-plane', kubeconfig: controlPlane.kubeconfig, folder: controlPlane.folder });
}

export async function mochaGlobalSetup(): Promise<void> {
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
}

export async function mochaGlobalTeardown(): Promise<void> {
  await stop();
}

export const mochaHooks = {
  beforeAll(this: Context): void {
    if (foundEnvironment().kind === 'none') this.skip();
  },
};

/** What commands are played on: a sandbox whose clock steps, and an overlay, both anew for every case. */
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { makeOverlay, type Overlay } from './overlay.js';
import { runKapply } from './runKapply.js';

/** Creation times have whole seconds: what one command makes is older than what the next one does. In ms. */
const STEP_MS = 3000;

/** Makes them for every case of the suite that calls it; the overlay holds these files at first. */
export function sandboxScene(files: Readonly<Record<string, string>> = {}) {
  let sandbox: Sandbox;
  let overlay: Overlay;
  let ahead = 0;
  const now = (): number => Date.now() + ahead;

  beforeEach(async () => {
    sandbox = await startSandbox({ now });
    overlay = await makeOverlay(files);
  });
  afterEach(async () => {
    await overlay.remove();
    await sandbox.close();
  });

  /** For whatever is to be younger than what is there. */
  const later = (): number => (ahead += STEP_MS);
  const environment = () => ({ cwd: overlay.folder, env: { KUBECONFIG: sandbox.kubeconfig } });
  return {
    get sandbox(): Sandbox {
      return sandbox;
    },
    get overlay(): Overlay {
      return overlay;
    },
    /** The clock of the sandbox. */
    now,
    later,
    environment,
    /** Runs a command in the overlay, against the sandbox, later than the one before. */
    kapply: (...argv: string[]) => {
      later();
      return runKapply(argv, environment());
    },
  };
}

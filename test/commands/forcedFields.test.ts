import assert from 'node:assert/strict';
import { createClient } from '../../src/sandbox/controllers/client.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { makeOverlay, type Overlay } from './overlay.js';
import { runKapply } from './runKapply.js';

const DEPLOYMENT = (more: object): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'nginx' }] } },
    ...more,
  },
});

/** What another tool set, what the manifest says, and what is told of it: whichever way the server's dry run went. */
const CASES: Readonly<Record<string, { there: object; here: object; told: RegExp }>> = {
  'a field that both set': {
    there: { replicas: 7 },
    here: { replicas: 3 },
    told: /takes over \.spec\.replicas: 7 there, by "other-tool" at \S+; 3 in the manifest/,
  },
  'a field that goes with another one, which alone would be invalid': {
    there: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 3, maxUnavailable: 0 } } },
    here: { strategy: { type: 'Recreate' } },
    told: /takes over \.spec\.strategy\.rollingUpdate\S*: \S.* there, by "other-tool"/,
  },
};

describe('what --force-conflicts takes from others', () => {
  let sandbox: Sandbox;
  let overlay: Overlay;
  beforeEach(async () => {
    sandbox = await startSandbox();
    overlay = await makeOverlay({});
  });
  afterEach(async () => {
    await sandbox.close();
    await overlay.remove();
  });

  for (const [what, { there, here, told }] of Object.entries(CASES)) {
    it(`is told, in the plan and at the end: ${what}`, async () => {
      createClient(sandbox.world, 'other-tool').create('apps/Deployment', DEPLOYMENT(there) as never);
      await overlay.write({ 'web.json': JSON.stringify(DEPLOYMENT(here)) });
      const run = (...more: string[]) =>
        runKapply(
          ['deploy', '-f', 'web.json', '--set', 'x', '--kubeconfig', sandbox.kubeconfig, '--no-wait', ...more],
          { cwd: overlay.folder },
        );
      const refused = await run();
      assert.equal(refused.exitCode, 5, refused.stdout);
      for (const flags of [['--force-conflicts', '--dry-run=server'], ['--force-conflicts']]) {
        const { exitCode, stdout } = await run(...flags);
        assert.equal(exitCode, 0, stdout);
        assert.match(stdout, told);
      }
    });
  }
});

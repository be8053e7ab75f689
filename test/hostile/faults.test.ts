/**
 * Whole commands through what goes wrong between a pipeline and its cluster: a table of faults, each with a verb that
 * writes. Whatever happens, the command ends as the fault lets it, nothing in use is gone, and once the fault is over the
 * same command again ends where an undisturbed one does.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Fault, type Sandbox } from '../../src/sandbox/index.js';
import { runKapply } from '../commands/runKapply.js';
import { checkInvariants, createForeign, NAMESPACE, objectsOf, OVERLAYS, stateOf } from '../engine/run/invariants.js';
import { FAULTS, type Wire } from './faultCases.js';

const DEPLOY = ['deploy', '-k', join(OVERLAYS, 'v2'), '--set', 'shop', '--prune-label', 'appconfig=shop'];

const NO_WIRE: Wire = {
  swallow: () => assert.fail('the sandbox has no wire'),
  rotateToken: () => assert.fail('the token of the sandbox stays'),
};

/** Each fault meets one of the verbs in turn; with KAPPLY_FAULTS=all every verb. */
const ALL = process.env.KAPPLY_FAULTS === 'all';

/** What each begins with: what has been deployed, and whether its old configs still lie about. */
const VERBS = {
  deploy: { from: 'deployed', args: [...DEPLOY, '--timeout', '20s', '--yes'], foreign: ['other-2222222222', 'plain'] },
  prune: {
    from: 'stale',
    args: ['prune', '-l', 'appconfig=shop', '-n', NAMESPACE, '--older-than', '0s', '--yes'],
    // An operator's prune takes what carries the label, whatever its set.
    foreign: ['plain'],
  },
  delete: {
    from: 'deployed',
    args: ['delete', '-k', join(OVERLAYS, 'v1'), '--set', 'shop', '--timeout', '20s', '--yes'],
    foreign: ['other-2222222222', 'plain'],
  },
} as const;

describe('whole commands through faults', function () {
  this.timeout(120_000);
  let folder: string;
  let clock = 0;
  const wanted = new Map<string, readonly string[]>();
  const injected = new Map<Fault['kind'], number>();
  const now = (): number => Date.now() + clock;
  /** Creation times have whole seconds: what one run creates is older than the next run. */
  const later = (): number => (clock += 3000);

  const run = (sandbox: Sandbox, args: readonly string[], ahead = 0): ReturnType<typeof runKapply> =>
    runKapply([...args, '--kubeconfig', sandbox.kubeconfig], { now: () => now() + ahead });

  async function open(from: string): Promise<Sandbox> {
    later();
    const stateFile = join(folder, `${randomUUID()}.json`);
    await copyFile(join(folder, from), stateFile);
    return startSandbox({ now, stateFile });
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kapply-faults-'));
    const sandbox = await startSandbox({ now, stateFile: join(folder, 'deployed') });
    await createForeign(sandbox);
    const first = DEPLOY.map((word) => word.replace(/v2$/, 'v1'));
    const { exitCode, stdout } = await run(sandbox, first);
    assert.equal(exitCode, 0, stdout);
    await sandbox.close();
    await copyFile(join(folder, 'deployed'), join(folder, 'stale'));
    later();
    const stale = await startSandbox({ now, stateFile: join(folder, 'stale') });
    const second = await run(stale, [...DEPLOY, '--keep', '9', '--yes']);
    assert.equal(second.exitCode, 0, second.stdout);
    await stale.close();
    for (const [verb, { from, args }] of Object.entries(VERBS)) {
      const undisturbed = await open(from);
      const ended = await run(undisturbed, args);
      assert.equal(ended.exitCode, 0, ended.stdout + ended.stderr);
      wanted.set(verb, stateOf(undisturbed));
      await undisturbed.close();
    }
  });
  after(async () => {
    console.log(`    faults injected: ${[...injected].map(([kind, count]) => `${kind} ${count}`).join(', ')}`);
    await rm(folder, { recursive: true });
  });

  const cases = Object.entries(FAULTS).filter(([, { only }]) => only !== 'relay');
  for (const [index, [what, { plan, ends = [0], says, warns, ahead, keepsMore }]] of cases.entries()) {
    for (const [turn, [verb, { from, args, foreign }]] of Object.entries(VERBS).entries()) {
      if (!ALL && index % 3 !== turn) continue;
      it(`${verb}: ${what}`, async () => {
        const sandbox = await open(from);
        try {
          const original = objectsOf(sandbox);
          plan(sandbox.faults, NO_WIRE);
          const { exitCode, stdout, stderr } = await run(sandbox, args, ahead);
          const text = `${stdout}${stderr}`;
          assert.ok([0, ...ends].includes(exitCode), `exit ${exitCode}\n${text}`);
          if (exitCode !== 0) assert.match(text, says ?? /error: /);
          else if (keepsMore !== true) assert.deepEqual(stateOf(sandbox), wanted.get(verb), text);
          // A delete looks at no age, and has nothing to warn of.
          if (warns !== undefined && verb !== 'delete') assert.match(text, warns);
          if (verb !== 'delete') checkInvariants(original, objectsOf(sandbox), what, foreign);
          for (const [kind, count] of sandbox.faults.hits()) injected.set(kind, (injected.get(kind) ?? 0) + count);
          sandbox.faults.clear();
          later();
          const again = await run(sandbox, args);
          assert.equal(again.exitCode, 0, again.stdout + again.stderr);
          assert.deepEqual(stateOf(sandbox), wanted.get(verb), again.stdout);
        } finally {
          await sandbox.close();
        }
      });
    }
  }
});

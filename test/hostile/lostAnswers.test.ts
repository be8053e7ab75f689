/**
 * Each write of each verb is carried out and its answer lost, one after the other: a create, an apply, a patch, a delete, the
 * deletion before a Job runs anew, the Lease, the record. The command comes through, ends where an undisturbed one does, and
 * does nothing twice.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRecord } from '../../src/engine/records/record.js';
import { mapConcurrently } from '../../src/engine/run/mapConcurrently.js';
import type { RequestRecord } from '../../src/sandbox/faults.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { runKapply } from '../commands/runKapply.js';
import { checkInvariants, createForeign, NAMESPACE, objectsOf, OVERLAYS, stateOf } from '../engine/run/invariants.js';
import { isWrite } from './faultCases.js';

const deployOf = (version: string): string[] => [
  ...['deploy', '-k', join(OVERLAYS, version), '--set', 'shop', '--prune-label', 'appconfig=shop', '--yes'],
  ...['--timeout', '20s'],
];

type State = 'empty' | 'deployed' | 'stale';
interface Case {
  readonly from: State;
  readonly args: readonly string[];
  readonly foreign?: readonly string[];
}

const CASES: Readonly<Record<string, Case>> = {
  'a first deploy': { from: 'empty', args: deployOf('v1') },
  'a deploy that recreates and prunes': { from: 'deployed', args: deployOf('v2') },
  'a deploy with owners': { from: 'deployed', args: [...deployOf('v2'), '--own', '--keep', '9'] },
  'a rollback': { from: 'stale', args: ['rollback', '--set', 'shop', '-n', NAMESPACE, '--to', '1', '--yes'] },
  'a prune': {
    from: 'stale',
    args: ['prune', '-l', 'appconfig=shop', '-n', NAMESPACE, '--older-than', '0s', '--yes'],
    // An operator's prune takes what carries the label, whatever its set.
    foreign: ['plain'],
  },
  'a delete': {
    from: 'deployed',
    args: ['delete', '-k', join(OVERLAYS, 'v1'), '--set', 'shop', '--timeout', '20s', '--yes'],
  },
};

const isRealWrite = (request: RequestRecord): boolean => isWrite(request) && !request.url.includes('dryRun=');

describe('a write whose answer is lost', function () {
  this.timeout(300_000);
  let folder: string;
  let clock = 0;
  let lost = 0;
  const now = (): number => Date.now() + clock;
  /** Creation times have whole seconds: what one run creates is older than the next run. */
  const later = (): number => (clock += 3000);
  const run = ({ kubeconfig }: Sandbox, args: readonly string[]): ReturnType<typeof runKapply> =>
    runKapply([...args, '--kubeconfig', kubeconfig], { now });

  async function open(from: State): Promise<Sandbox> {
    later();
    const stateFile = join(folder, `${randomUUID()}.json`);
    await copyFile(join(folder, from), stateFile);
    return startSandbox({ now, stateFile });
  }

  async function prepare(name: State, from: State | undefined, args: readonly string[]): Promise<void> {
    if (from !== undefined) await copyFile(join(folder, from), join(folder, name));
    later();
    const sandbox = await startSandbox({ now, stateFile: join(folder, name) });
    if (from === undefined) await createForeign(sandbox);
    else {
      const { exitCode, stdout, stderr } = await run(sandbox, args);
      assert.equal(exitCode, 0, stdout + stderr);
    }
    await sandbox.close();
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kapply-lost-'));
    await prepare('empty', undefined, []);
    await prepare('deployed', 'empty', deployOf('v1'));
    await prepare('stale', 'deployed', [...deployOf('v2'), '--keep', '9']);
  });
  after(async () => {
    console.log(`    answers lost: ${lost}`);
    await rm(folder, { recursive: true });
  });

  /** No run writes its record twice. */
  const recordsIn = ({ store }: Sandbox): number =>
    store.list('ConfigMap', { namespace: NAMESPACE }).filter(isRecord).length;

  for (const [what, { from, args, foreign }] of Object.entries(CASES)) {
    it(`of ${what}: it comes through`, async () => {
      const undisturbed = await open(from);
      undisturbed.faults.forget();
      const ended = await run(undisturbed, args);
      assert.equal(ended.exitCode, 0, ended.stdout + ended.stderr);
      const writes = undisturbed.faults.requests().filter(isRealWrite).length;
      const wanted = stateOf(undisturbed);
      const records = recordsIn(undisturbed);
      await undisturbed.close();
      assert.ok(writes >= 3, `${writes} writes`);
      const numbers = Array.from({ length: writes }, (_, index) => index + 1);
      await mapConcurrently(numbers, 4, async (n) => {
        const sandbox = await open(from);
        try {
          const original = objectsOf(sandbox);
          let count = 0;
          let hit = '';
          const isIt = (request: RequestRecord): boolean => {
            if (!isRealWrite(request) || ++count !== n) return false;
            hit = `${request.method} ${request.url}`;
            return true;
          };
          sandbox.faults.add({ kind: 'reset', when: 'after' }, { on: isIt });
          const { exitCode, stdout, stderr } = await run(sandbox, args);
          const told = `the answer to write ${n}, ${hit}, was lost\n${stdout}${stderr}`;
          assert.equal(exitCode, 0, told);
          assert.deepEqual(stateOf(sandbox), wanted, told);
          assert.equal(recordsIn(sandbox), records, told);
          checkInvariants(original, objectsOf(sandbox), told, foreign);
          lost += 1;
        } finally {
          await sandbox.close();
        }
      });
    });
  }
});

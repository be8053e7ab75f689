/** What people who deploy go through, as they type it: each scene is one run of the installed program. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sandbox } from '../../src/sandbox/index.js';
import type { Scene } from '../../test/screens/recordScene.js';
import { SCENES, shop, workload } from '../../test/screens/scenes.js';
import type { Acting, RealScene } from './stage.js';

const DEPLOY = ['deploy', '-k', 'overlays/prod', '--prune-label', 'app=shop'];
const CTRL_C = '\u0003';
const CTRL_Z = '\u001a';

/** What happens in a scene that simulated time knows as well, and what must be said of it. */
function asIn(name: string): Pick<RealScene, 'before' | 'files' | 'meanwhile' | 'says' | 'name'> {
  const found: Scene | undefined = SCENES.find((scene) => scene.name === name);
  assert.ok(found, name);
  const { before, files, meanwhile, says } = found;
  return {
    name,
    says,
    ...(before === undefined ? {} : { before }),
    ...(files === undefined ? {} : { files }),
    ...(meanwhile === undefined ? {} : { meanwhile }),
  };
}

/** Looks at the rollout, so long after it began. */
const lookAtRollout =
  (ms: number) =>
  async ({ until, look }: Acting): Promise<void> => {
    await until('rollout');
    await sleep(ms);
    await look('while it rolls out');
  };

const pressCtrlC =
  (phase: string, afterMs: number) =>
  async ({ terminal, until, look }: Acting): Promise<void> => {
    await until(phase);
    await sleep(afterMs);
    await look(`before Ctrl-C`);
    terminal.type(CTRL_C);
  };

const configsOf = ({ world: { store } }: Sandbox): number =>
  store.list('ConfigMap', { namespace: 'shop' }).filter(({ metadata: { name } }) => name.startsWith('cfg-')).length;
/** That nothing was deleted of the two revisions that were there. */
const bothStay = (sandbox: Sandbox): void => assert.equal(configsOf(sandbox), 2);

const BLUE = shop('blue');
const GREEN = shop('green');

const KNOWN: readonly RealScene[] = [
  {
    ...asIn('change-with-prune'),
    command: DEPLOY,
    act: lookAtRollout(1500),
    exitCode: 0,
    leaves: (sandbox) => assert.equal(configsOf(sandbox), 1),
  },
  { ...asIn('image-pull'), document: true, command: DEPLOY, act: lookAtRollout(12_000), exitCode: 3, leaves: bothStay },
  { ...asIn('crash-loop'), command: DEPLOY, act: lookAtRollout(12_000), exitCode: 3, leaves: bothStay },
  { ...asIn('missing-key'), command: DEPLOY, act: lookAtRollout(12_000), exitCode: 3, leaves: bothStay },
  { ...asIn('failed-job'), document: true, command: DEPLOY, act: lookAtRollout(1500), exitCode: 3, leaves: bothStay },
  { ...asIn('many-failures'), command: DEPLOY, act: lookAtRollout(12_000), exitCode: 3, leaves: bothStay },
  {
    ...asIn('unschedulable'),
    command: [...DEPLOY, '--timeout', '12s'],
    act: lookAtRollout(6000),
    exitCode: 4,
    leaves: bothStay,
  },
  {
    ...asIn('time-out'),
    document: true,
    command: [...DEPLOY, '--timeout', '8s'],
    act: lookAtRollout(5000),
    exitCode: 4,
    leaves: bothStay,
  },
  { ...asIn('conflict'), document: true, command: DEPLOY, exitCode: 5 },
  { ...asIn('conflict-forced'), command: [...DEPLOY, '--force-conflicts'], exitCode: 0 },
  { ...asIn('take-over'), command: DEPLOY, exitCode: 0 },
  { ...asIn('prune-with-keeps'), command: DEPLOY, exitCode: 0 },
];

const OF_ITS_OWN: readonly RealScene[] = [
  {
    name: 'prune-by-operator',
    before: [BLUE, GREEN, shop('red')],
    keepsAll: true,
    command: ['prune', '-n', 'shop', '-l', 'app=shop', '--older-than', '0s'],
    act: async ({ terminal, look }) => {
      await terminal.waitFor('[y/N/v]');
      await look('at the question');
      terminal.type('v\r');
      await sleep(700);
      await look('asked anew');
      terminal.type('y\r');
    },
    exitCode: 0,
    says: [/2\/2 deleted/],
    leaves: (sandbox) => assert.equal(configsOf(sandbox), 1),
  },
  {
    name: 'lock-of-another-run',
    before: [BLUE],
    document: true,
    beside: shop('green', workload({ annotations: { 'sandbox.kapply.dev/ready-after': '9s' } })),
    files: shop('red'),
    command: DEPLOY,
    act: async ({ until, look }) => {
      await until('lockAwaited');
      await sleep(1500);
      await look('while it waits');
    },
    exitCode: 0,
    says: [/Deployment\/web/],
  },
  {
    name: 'interrupted-in-plan',
    before: [BLUE],
    files: GREEN,
    meanwhile: ({ sandbox }) =>
      sandbox.faults.add({ kind: 'latency', ms: 20_000 }, { on: ({ url }) => url.includes('dryRun'), times: 99 }),
    command: DEPLOY,
    act: pressCtrlC('plan', 1500),
    exitCode: 130,
    says: [/interrupted\s+by\s+SIGINT\s+after \S+\s+before\s+anything\s+was\s+sent/],
    leaves: (sandbox) => assert.equal(configsOf(sandbox), 1),
  },
  {
    name: 'interrupted-at-the-question',
    before: [BLUE, GREEN, shop('red')],
    keepsAll: true,
    files: shop('pink'),
    command: [...DEPLOY, '--prune-limit', '1'],
    act: async ({ terminal, look }) => {
      await terminal.waitFor('[y/N/v/d]');
      await look('at the question');
      terminal.type(CTRL_C);
    },
    exitCode: 130,
    says: [/interrupted\s+by\s+SIGINT\s+after \S+\s+before\s+anything\s+was\s+sent/],
    leaves: (sandbox) => assert.equal(configsOf(sandbox), 3),
  },
  { ...asIn('interrupted-in-apply'), command: DEPLOY, act: pressCtrlC('apply', 1500), exitCode: 130 },
  {
    ...asIn('interrupted-in-rollout'),
    document: true,
    command: DEPLOY,
    act: pressCtrlC('rollout', 1000),
    exitCode: 130,
    leaves: bothStay,
  },
  { ...asIn('interrupted-in-prune'), command: DEPLOY, act: pressCtrlC('deleting', 1500), exitCode: 130 },
  {
    name: 'closed-pipe',
    before: [BLUE],
    files: GREEN,
    command: DEPLOY,
    shell: '"$@" | head -n 2',
    exitCode: 0,
    says: [/deploy/],
    saysNot: [/EPIPE|error:/],
    leaves: (sandbox) => assert.equal(configsOf(sandbox), 1),
  },
  {
    name: 'stopped-and-continued',
    before: [BLUE],
    files: shop('green', workload({ annotations: { 'sandbox.kapply.dev/ready-after': '4s' } })),
    command: DEPLOY,
    // A shell that has jobs: Ctrl-Z gives it the terminal.
    shell: 'set -m; "$@"; echo "stopped: $?"; seq -f "mine %.0f" 1 5; sleep 2; fg',
    stops: true,
    act: async ({ terminal, until, look }) => {
      await until('rollout');
      await terminal.waitFor('│');
      terminal.type(CTRL_Z);
      await terminal.waitFor('mine 5');
      await look('stopped');
    },
    exitCode: 0,
    says: [/stopped: 148 mine 1 mine 2 mine 3 mine 4 mine 5/, /ready 3\/3 .* deleted/],
  },
  {
    name: 'left-behind',
    before: [BLUE],
    files: GREEN,
    command: DEPLOY,
    shell: 'set -m; "$@" & printf "my prompt $ "; wait $!',
    stops: true,
    act: async ({ terminal, until }) => {
      await until('rollout');
      await sleep(1000);
      assert.doesNotMatch(terminal.output(), /Roll out/, 'drawn over the prompt');
    },
    exitCode: 0,
    says: [/my prompt \$/, /ready 3\/3 .* deleted/],
  },
  {
    name: 'stopped-at-the-question',
    before: [BLUE, GREEN, shop('red')],
    keepsAll: true,
    command: ['prune', '-n', 'shop', '-l', 'app=shop', '--older-than', '0s'],
    shell: 'set -m; "$@"; echo "stopped: $?"; stty -a | grep -ow icanon; fg',
    stops: true,
    act: async ({ terminal }) => {
      await terminal.waitFor('[y/N/v]');
      terminal.type(CTRL_Z);
      await terminal.waitFor('icanon');
      await sleep(700);
      terminal.type('y\r');
    },
    exitCode: 0,
    says: [/stopped: 148 icanon/, /2\/2 deleted/],
    leaves: (sandbox) => assert.equal(configsOf(sandbox), 1),
  },
  {
    ...asIn('many-failures'),
    name: 'resized',
    command: [...DEPLOY, '--no-fail-fast'],
    rows: 30,
    act: async ({ terminal, until, look }) => {
      await until('rollout');
      await sleep(6000);
      for (const [columns, rows] of [
        [40, 12],
        [120, 50],
        [25, 8],
        [100, 30],
      ] as const) {
        await terminal.resize(columns, rows);
        await sleep(700);
        await look(`at ${columns}x${rows}`);
      }
      terminal.type('\r\r');
      await sleep(700);
      await look('after Enter');
      terminal.type(CTRL_C);
    },
    exitCode: 130,
    says: [/interrupted/],
  },
];

/** Every scene. */
export const REAL_SCENES: readonly RealScene[] = [...KNOWN, ...OF_ITS_OWN];

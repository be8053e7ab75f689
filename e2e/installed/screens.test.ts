/**
 * What people see of a run: every scene on a real pseudo-terminal, by the installed program. `KAPPLY_PICTURES=FOLDER` draws
 * each screen there, for somebody to look at; `KAPPLY_COLUMNS` names another width than 80, `KAPPLY_SCENES` some of the scenes, and
 * `KAPPLY_SURFACE` variables of the terminal, as in `NO_COLOR=1,LANG=C,TERM=dumb`.
 */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pictureOf } from '../../test/screens/picture.js';
import { assertMachineOutput } from '../../test/schemas.js';
import { install, type Installation } from './installation.js';
import { REAL_SCENES } from './realScenes.js';
import { play, type Played, type RealScene } from './stage.js';

const NODE = process.env.KAPPLY_NODE ?? process.execPath;
const PICTURES = process.env.KAPPLY_PICTURES;
const ENV = Object.fromEntries(
  (process.env.KAPPLY_SURFACE ?? '')
    .split(',')
    .map((pair) => pair.split('=', 2) as [string, string])
    .filter(([name]) => name !== ''),
);
const COLUMNS = Number(process.env.KAPPLY_COLUMNS ?? '80');
/** On other Nodes than that of the tests a few scenes are enough: what is drawn does not depend on it. */
const SAMPLE = ['change-with-prune', 'conflict', 'interrupted-in-rollout', 'closed-pipe'];
const ASKED = process.env.KAPPLY_SCENES?.split(',') ?? (process.env.KAPPLY_NODE === undefined ? undefined : SAMPLE);
const SCENES = REAL_SCENES.filter(({ name }) => ASKED?.includes(name) ?? true);
/** Most of a scene is waiting. */
const AT_ONCE = 6;

describe(`screens of the installed package on Node ${process.env.KAPPLY_NODE ?? process.version}`, () => {
  const played = new Map<string, Promise<Played>>();

  before(async function () {
    this.timeout(300_000);
    const installation = await install();
    playAll(installation, played);
  });

  for (const scene of SCENES) {
    it(scene.name, async function () {
      this.timeout(300_000);
      const run = await played.get(scene.name);
      assert.ok(run);
      if (PICTURES !== undefined) await draw(run, scene, PICTURES);
      const text = run.lines.join('\n');
      assert.equal(run.exitCode, scene.exitCode, text);
      for (const pattern of scene.says) assert.match(text.replace(/\s+/g, ' '), spaced(pattern), text);
      for (const pattern of [/at .*\.js:\d+:\d+|node:internal|bug in kapply/, ...(scene.saysNot ?? [])])
        assert.doesNotMatch(text, pattern);
      if (scene.stops !== true) assertNoGhosts(run.lines);
      assertForMachines(run, scene);
    });
  }
});

/** Whatever a run tells machines is as the schemas say, and tells the same end. */
function assertForMachines({ events, document, exitCode }: Played, scene: RealScene): void {
  if (events === '') return;
  assertMachineOutput([...scene.command, '-o', 'ndjson'], events, '.');
  const summary = JSON.parse(events.trimEnd().split('\n').at(-1) ?? '') as { exitCode: number; counts: object };
  if (scene.shell === undefined) assert.equal(summary.exitCode, exitCode);
  if (scene.document !== true) return;
  assertMachineOutput([...scene.command, '-o', 'json'], document, '.');
  const { summary: last } = JSON.parse(document) as { summary: typeof summary };
  assert.deepEqual([last.exitCode, last.counts], [exitCode, summary.counts]);
}

/** Each phase stands on the screen once, and nothing of what was redrawn: that has been erased before. */
function assertNoGhosts(lines: readonly string[]): void {
  const text = lines.join('\n');
  for (const phase of ['Render', 'Plan', 'Apply', 'Roll out', 'Prune']) {
    const found = lines.filter((line) => line.slice(2).startsWith(`${phase} `));
    assert.ok(found.length <= 1, `${phase} stands ${found.length} times:\n${text}`);
  }
  assert.doesNotMatch(text, /^[│⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏·] /m);
}

/** Words, however they are wrapped. */
function spaced({ source, flags }: RegExp): RegExp {
  return new RegExp(source.replaceAll('\\s+', ' '), flags);
}

function playAll(installation: Installation, played: Map<string, Promise<Played>>): void {
  const lanes = Array.from({ length: AT_ONCE }, () => Promise.resolve());
  SCENES.forEach((scene, index) => {
    const run = (lanes[index % AT_ONCE] ?? Promise.resolve()).then(() =>
      play(installation, scene, { node: NODE, columns: COLUMNS, env: ENV }),
    );
    lanes[index % AT_ONCE] = run.then(
      () => undefined,
      () => undefined,
    );
    played.set(scene.name, run);
  });
}

async function draw({ output, looks }: Played, { name, command, rows }: RealScene, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const screens = [...looks, { name: 'at the end', output }];
  for (const [index, screen] of screens.entries()) {
    const title = `kapply ${command.join(' ')}   # ${screen.name}`;
    const file = join(folder, `${name}-${COLUMNS}-${index}.svg`);
    await writeFile(file, await pictureOf(screen.output, COLUMNS, title, rows));
  }
}

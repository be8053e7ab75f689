/** One scene as it happens to somebody: the installed program, on a terminal of its own, against a cluster of its own. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '../../src/sandbox/controllers/client.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import type { Stage } from '../../test/screens/recordScene.js';
import type { Installation } from './installation.js';
import { startOnTerminal, type OnTerminal } from './terminal.js';

export type Files = Readonly<Record<string, string>>;

/** What somebody does, and must see. The cluster is that of context `prod-eu`. */
export interface RealScene {
  readonly name: string;
  /** What was deployed before, each the files of a kustomization. */
  readonly before?: readonly Files[];
  /** The same deploys, without a prune label. */
  readonly keepsAll?: boolean;
  /** What others do to the cluster before the command. */
  readonly meanwhile?: (stage: Stage) => void;
  /** Another run of the set, which begins before the command and goes on beside it: its files. */
  readonly beside?: Files;
  readonly files?: Files;
  /** What is typed after `kapply`. */
  readonly command: readonly string[];
  /** It is asked for `-o json` as well, stdout goes to a file, and the text to the terminal by stderr. */
  readonly document?: boolean;
  /** A line of the shell around it, in which `"$@"` is the command. */
  readonly shell?: string;
  /** It is stopped, or left behind: what stood then stays, and the run goes on below it. */
  readonly stops?: true;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** What is done at the terminal while it runs. */
  readonly act?: (acting: Acting) => Promise<void>;
  readonly exitCode: number;
  /** What must stand on the terminal at the end, at any width: words, however they are wrapped. */
  readonly says: readonly RegExp[];
  /** What must not. */
  readonly saysNot?: readonly RegExp[];
  /** What must hold of the cluster afterwards. */
  readonly leaves?: (sandbox: Sandbox) => void;
}

/** Who sits at the terminal. */
export interface Acting {
  readonly terminal: OnTerminal;
  /** Waits until the run has told this of itself, so often: a phase that has begun, or the type of another event. */
  readonly until: (what: string, times?: number) => Promise<void>;
  /** Looks at the screen. */
  readonly look: (name: string) => Promise<void>;
}

export interface Played {
  readonly exitCode: number;
  readonly output: string;
  /** As a person reads them: above the screen and on it, each whole where the terminal had to wrap it. */
  readonly lines: readonly string[];
  readonly looks: readonly { readonly name: string; readonly screen: readonly string[]; readonly output: string }[];
  /** What `--events-file` holds, '' where the command has none. */
  readonly events: string;
  /** What `-o json` printed, where the scene asks for it. */
  readonly document: string;
}

export interface Surface {
  readonly node: string;
  readonly columns: number;
  readonly env?: Readonly<Record<string, string>>;
}

const ROWS = 40;
const PATIENCE_MS = 90_000;
const EVENTS = 'events.ndjson';
const DOCUMENT = 'document.json';
/** Commands that tell their events. */
const TELLING = ['deploy', 'delete', 'prune', 'rollback'];

/** Plays it. */
export async function play(installation: Installation, scene: RealScene, surface: Surface): Promise<Played> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'kapply-scene-')));
  const folder = join(home, 'overlays', 'prod');
  const sandbox = await startSandbox();
  const kapply = [surface.node, installation.command('kapply')];
  const env = {
    PATH: `${dirname(surface.node)}:${process.env.PATH ?? ''}`,
    HOME: home,
    LANG: 'C.UTF-8',
    ...surface.env,
    ...scene.env,
  };
  try {
    await mkdir(join(home, '.kube'));
    const kubeconfig = JSON.stringify(sandbox.kubeconfigObject).replaceAll('kapply-sandbox', 'prod-eu');
    await writeFile(join(home, '.kube/config'), kubeconfig, { mode: 0o600 });
    const deploy = async (files: Files): Promise<void> => {
      await write(folder, files);
      const label = scene.keepsAll === true ? [] : ['--prune-label', 'app=shop', '--keep-rollback'];
      await inPipe([...kapply, 'deploy', '-k', folder, ...label], home, env);
    };
    for (const files of scene.before ?? []) await deploy(files);
    // Creation times have whole seconds.
    if (scene.before !== undefined) await sleep(1100);
    scene.meanwhile?.({ sandbox, as: (manager) => createClient(sandbox.world, manager) });
    const beside = scene.beside === undefined ? undefined : deploy(scene.beside);
    if (beside !== undefined) await locked(sandbox);
    await write(folder, scene.files ?? {});
    const played = await onTerminal(scene, kapply, { columns: surface.columns, cwd: home, env });
    await beside;
    scene.leaves?.(sandbox);
    return played;
  } finally {
    await sandbox.close();
    await rm(home, { recursive: true, force: true });
  }
}

async function onTerminal(
  scene: RealScene,
  kapply: readonly string[],
  at: { readonly columns: number; readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<Played> {
  const tells = TELLING.includes(scene.command[0] ?? '');
  const whole = [...kapply, ...scene.command, ...(tells ? ['--events-file', EVENTS] : [])];
  const shell = scene.document === true ? `"$@" -o json >${DOCUMENT}` : scene.shell;
  const words = shell === undefined ? whole : ['bash', '-o', 'pipefail', '-c', shell, 'bash', ...whole];
  const terminal = startOnTerminal(words[0] ?? '', words.slice(1), { ...at, rows: scene.rows ?? ROWS });
  const looks: { name: string; screen: string[]; output: string }[] = [];
  const read = (name: string): Promise<string> => readFile(join(at.cwd, name), 'utf8').catch(() => '');
  const events = (): Promise<string> => read(EVENTS);
  const until = async (what: string, times = 1): Promise<void> => {
    const sign = new RegExp(`"type":"${what}"|"type":"phaseStarted","at":"[^"]*","phase":"${what}"`, 'g');
    for (const deadline = Date.now() + PATIENCE_MS; ;) {
      if (((await events()).match(sign) ?? []).length >= times) return;
      if (Date.now() > deadline) throw new Error(`no ${what}:\n${terminal.output()}`);
      await sleep(50);
    }
  };
  const look = async (name: string): Promise<void> =>
    void looks.push({ name, screen: await terminal.screen(), output: terminal.output() });
  await scene.act?.({ terminal, until, look });
  const exitCode = await terminal.ended;
  return {
    ...{ exitCode, output: terminal.output(), lines: await terminal.lines(), looks },
    ...{ events: await events(), document: await read(DOCUMENT) },
  };
}

/** Until somebody holds the lock of the set. */
async function locked({ world: { store } }: Sandbox): Promise<void> {
  const held = (): boolean =>
    store.list('coordination.k8s.io/Lease').some(({ spec }) => {
      const { holderIdentity = '' } = (spec ?? {}) as { holderIdentity?: string };
      return holderIdentity !== '';
    });
  for (const deadline = Date.now() + PATIENCE_MS; !held();) {
    if (Date.now() > deadline) throw new Error('nobody took the lock');
    await sleep(50);
  }
}

async function write(folder: string, files: Files): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}

function inPipe(words: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(words[0] ?? '', words.slice(1), { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (more: string) => (text += more));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`exit ${code}\n${text}`))));
  });
}

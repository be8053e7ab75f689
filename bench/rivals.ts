/** The tools that deploy the same manifests. Helm and kapp take part where they are named: KAPPLY_BENCH_BIN is their folder. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { binary } from '../e2e/control-plane/build.js';
import { LABEL } from './objects.js';
import { measure, type Measured } from './measure.js';
import { secondsOf } from './phases.js';

export interface Manifests {
  readonly file: string;
  readonly namespace: string;
  /** The same as text. */
  readonly text: string;
}

export interface ToolRun extends Measured {
  /** How long of it was waited until everything ran; undefined for a tool that does not wait. */
  readonly rolloutSeconds?: number;
}

export interface Tool {
  readonly name: string;
  /** True where a run also deletes what is stale. */
  readonly prunes: boolean;
  readonly run: (manifests: Manifests, env: Readonly<Record<string, string>>) => Promise<ToolRun>;
}

const kapplyProgram = join(import.meta.dirname, '../bin/run.js');
const bareProgram = join(import.meta.dirname, 'bareLoop.mjs');
const foreign = process.env.KAPPLY_BENCH_BIN ?? '';

export const kapply: Tool = {
  name: 'kapply',
  prunes: true,
  run: async ({ file, namespace }, env) => {
    const flags = ['--set', namespace, '--prune-label', LABEL, '--prune-limit', '10000', '-o', 'json'];
    const events = `${file}.events`;
    const args = [kapplyProgram, 'deploy', '-f', file, ...flags, '--events-file', events];
    const measured = await measure(process.execPath, args, env);
    return { ...measured, rolloutSeconds: secondsOf('rollout', await readFile(events, 'utf8')) };
  },
};

const kubectl: Tool = {
  name: 'kubectl',
  prunes: false,
  run: ({ file }, env) => measure(binary('kubectl'), ['apply', '--server-side', '-f', file], env),
};

const applySet: Tool = {
  name: 'ApplySet',
  prunes: true,
  run: ({ file, namespace }, env) =>
    measure(
      binary('kubectl'),
      ['apply', '--server-side', '-n', namespace, '--prune', '--applyset=configmaps/set', '-f', file],
      { ...env, KUBECTL_APPLYSET: 'true' },
    ),
};

const bare = (name: string, mode: string): Tool => ({
  name,
  prunes: false,
  run: ({ file }, env) => measure(process.execPath, [bareProgram, file, mode], env),
});

const kapp: Tool = {
  name: 'kapp',
  prunes: true,
  run: ({ file, namespace }, env) =>
    measure(join(foreign, 'kapp'), ['deploy', '-a', 'bench', '-n', namespace, '-f', file, '--yes'], env),
};

const helm: Tool = {
  name: 'Helm',
  prunes: true,
  run: async ({ file, namespace, text }, env) => {
    const chart = `${file}.chart`;
    await mkdir(join(chart, 'templates'), { recursive: true });
    await writeFile(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: bench\nversion: 1.0.0\n');
    await writeFile(join(chart, 'templates/all.yaml'), text);
    return measure(join(foreign, 'helm'), ['upgrade', '--install', 'bench', chart, '-n', namespace], env);
  },
};

/** All that are here. */
export function rivals(): Tool[] {
  return [
    bare('bare, dry', 'dry'),
    bare('bare', ''),
    kubectl,
    applySet,
    ...(existsSync(join(foreign, 'kapp')) ? [kapp] : []),
    ...(existsSync(join(foreign, 'helm')) ? [helm] : []),
  ];
}

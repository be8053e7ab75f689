/** Runs programs as a user does, and keeps what they said. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { binary } from '../control-plane/build.js';
import type { Report } from '../../src/engine/run/report.js';
import { environment } from './environment.js';

/** The kapply that is tried: an installed one, where KAPPLY_PROGRAM names its file, or the one that was built in this tree. */
export const PROGRAM = process.env.KAPPLY_PROGRAM ?? join(import.meta.dirname, '../../bin/run.js');

export interface RunOptions {
  readonly cwd?: string;
  readonly stdin?: string;
  /** Besides PATH and HOME, which every program gets. */
  readonly env?: Readonly<Record<string, string>>;
  /** The administrator's by default. */
  readonly kubeconfig?: string;
  /** Kills it outright (SIGKILL) when this aborts. */
  readonly kill?: AbortSignal;
}

export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What a failed assertion should show. */
  readonly transcript: string;
}

/** Runs a program to its end, whatever that is. */
export function runProgram(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        KUBECONFIG: options.kubeconfig ?? environment().kubeconfig,
        ...options.env,
      },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    // A program that ends without reading its input closes the pipe.
    child.stdin.on('error', () => undefined).end(options.stdin ?? '');
    const kill = (): boolean => child.kill('SIGKILL');
    options.kill?.addEventListener('abort', kill, { once: true });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      options.kill?.removeEventListener('abort', kill);
      const end = signal ?? `exit ${code}`;
      const line = `$ ${[command, ...args].join(' ')}`;
      resolve({ code, signal, stdout, stderr, transcript: [line, stdout, stderr, end].join('\n') });
    });
  });
}

/** When the last run of kapply ended, in ms. */
let lastEnd = 0;

/**
 * Runs the built kapply, as it is published. Creation times have seconds, and what was created in the second in which a
 * run began could be another run's, so that it is kept: no two runs share a second.
 */
export async function kapply(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const nextSecond = 1000 * (Math.floor(lastEnd / 1000) + 1);
  if (Date.now() < nextSecond) await sleep(nextSecond - Date.now() + 10);
  try {
    return await runProgram(process.execPath, [PROGRAM, ...args], options);
  } finally {
    lastEnd = Date.now();
  }
}

export interface StartedKapply {
  readonly child: ChildProcess;
  /** What it has said so far, on both streams. */
  readonly said: () => string;
  /** Its exit code; null where a signal ended it. */
  readonly ended: Promise<number | null>;
}

/** Starts a kapply that goes on, for a test to interrupt. Whoever starts it kills it at last. */
export function startKapply(args: readonly string[]): StartedKapply {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, KUBECONFIG: environment().kubeconfig },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  }
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      lastEnd = Date.now();
      resolve(code);
    });
  });
  return { child, said: () => text, ended };
}

/** Runs a kapply command with `-o json`, whose whole standard output must be one document. */
export async function kapplyJson(
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ran & { readonly report: Report }> {
  const ran = await kapply([...args, '-o', 'json'], options);
  try {
    return { ...ran, report: JSON.parse(ran.stdout) as Report };
  } catch (cause) {
    throw new Error(`standard output is no JSON document:\n${ran.transcript}`, { cause });
  }
}

/** Runs kubectl: the built one, or that of the PATH where the tests run on a cluster. It must succeed. */
export async function kubectl(args: readonly string[], options: RunOptions = {}): Promise<string> {
  const command = environment().kind === 'cluster' ? 'kubectl' : binary('kubectl');
  const ran = await runProgram(command, args, options);
  if (ran.code !== 0) throw new Error(ran.transcript);
  return ran.stdout;
}

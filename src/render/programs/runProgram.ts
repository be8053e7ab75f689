/** The one place where rendering starts a program: git, helm, docker, and the programs of plugins. */
import { type ChildProcess, spawn } from 'node:child_process';
import { startedAs } from '../../files/windowsCommand.js';

export interface ProgramOptions {
  readonly args: readonly string[];
  readonly cwd?: string;
  /** All that it gets of an environment (environment.ts). */
  readonly env: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Ends the program; the promise then rejects with the signal's reason. */
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
  /** How long it may take to end after SIGTERM; GRACE_MS unless told otherwise. */
  readonly graceMs?: number;
}

/** How it went. `errors` is what it wrote to stderr. */
export type ProgramResult =
  | { readonly outcome: 'done'; readonly output: string }
  | { readonly outcome: 'failed'; readonly how: string; readonly errors: string }
  | { readonly outcome: 'timedOut' | 'tooMuchOutput' }
  | { readonly outcome: 'missing' | 'notStarted'; readonly cause: NodeJS.ErrnoException };

export const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;
/** How long a program may take where nothing else is said: a chart that is pulled, an image that is. */
export const PROGRAM_TIMEOUT_MS = 5 * 60_000;
const GRACE_MS = 2000;

/** What runs now. None of it outlives this process, which may be told twice to end while it waits for one that does not. */
const running = new Set<ChildProcess>();

function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

/**
 * Runs a program to its end, or to the end of its time (ms) or of the output that it may print. How it ended is the result; only an
 * abort rejects. Whatever still runs when this process exits is killed.
 */
export function runProgram(program: string, options: ProgramOptions): Promise<ProgramResult> {
  const { args, cwd, env, input = '', signal, timeoutMs, graceMs = GRACE_MS } = options;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const started = startedAs(program, args, env);
    const child = spawn(started.command, started.args, {
      ...{ env, stdio: 'pipe', windowsHide: true, windowsVerbatimArguments: started.verbatim },
      ...(cwd !== undefined && { cwd }),
    });
    if (running.size === 0) process.on('exit', killAll);
    running.add(child);
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    let bytes = 0;
    let killer: NodeJS.Timeout | undefined;
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      clearTimeout(killer);
      signal?.removeEventListener('abort', aborted);
      running.delete(child);
      if (running.size === 0) process.off('exit', killAll);
      settle();
    };
    // A program that does not heed SIGTERM is killed; what it started and left behind does not keep us waiting.
    const stop = (settle: () => void): void => {
      if (killer !== undefined) return;
      killer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
      // It may have ended before what it started and left with its output.
      if (child.exitCode !== null || child.signalCode !== null) end(settle);
      else child.once('exit', () => end(settle));
      child.kill('SIGTERM');
    };
    const aborted = (): void => stop(() => reject(signal?.reason as Error));
    const timer = setTimeout(() => stop(() => resolve({ outcome: 'timedOut' })), timeoutMs);
    signal?.addEventListener('abort', aborted, { once: true });
    const collect = (into: Buffer[]) => (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_OUTPUT_BYTES) stop(() => resolve({ outcome: 'tooMuchOutput' }));
      else into.push(chunk);
    };
    child.stdout.on('data', collect(output));
    child.stderr.on('data', collect(errors));
    child.on('error', (cause: NodeJS.ErrnoException) =>
      end(() => resolve({ outcome: cause.code === 'ENOENT' ? 'missing' : 'notStarted', cause })),
    );
    child.on('close', (code, killedBy) => {
      // Who stopped it says how it went.
      if (killer !== undefined) return;
      end(() =>
        resolve(
          code === 0
            ? { outcome: 'done', output: textOf(output) }
            : { outcome: 'failed', how: killedBy ?? `exit code ${code ?? 0}`, errors: textOf(errors) },
        ),
      );
    });
    // A program need not read its input.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

function textOf(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8');
}

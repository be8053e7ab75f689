/** Runs a program of the user with a text as its input. */
import { spawn } from 'node:child_process';
import { inputError } from '../../errors.js';
import type { ResourceSource } from '../resources/resource.js';

export interface ProgramOptions {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly input: string;
  readonly signal: AbortSignal | undefined;
  /** The configuration that names the program, for messages. */
  readonly source: ResourceSource;
}

/** What the program prints. Throws KapplyError `PluginFailed` where it cannot be started or fails. */
export function runProgram(path: string, { args, cwd, env, input, signal, source }: ProgramOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string, cause?: unknown): void =>
      reject(inputError('PluginFailed', `the plugin ${path} ${reason}`, { position: source, cause }));
    const child = spawn(path, args, { cwd, env, stdio: 'pipe', ...(signal && { signal }) });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    child.on('error', (error: NodeJS.ErrnoException) =>
      fail(
        error.code === 'ENOENT'
          ? 'cannot be run: it, or what runs it, is not there'
          : `cannot be run: ${error.message}`,
        error,
      ),
    );
    child.on('close', (code, killedBy) => {
      if (code === 0) resolve(Buffer.concat(output).toString('utf8'));
      else {
        const said = Buffer.concat(errors).toString('utf8').trim();
        fail(`failed with ${killedBy ?? `exit code ${code ?? 0}`}${said === '' ? '' : `: ${said}`}`);
      }
    });
    // A program need not read its input.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/** Runs the program of a plugin with a text as its input. */
import { type KapplyError, inputError } from '../../errors.js';
import { MAX_OUTPUT_BYTES, PROGRAM_TIMEOUT_MS, runProgram } from '../programs/runProgram.js';
import type { ResourceSource } from '../resources/resource.js';

/** Runs the program on documents of YAML, or on none where it generates; returns the documents that it prints. */
export type RunProgram = (input: string | undefined) => Promise<string>;

export interface PluginProgram {
  readonly path: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** The configuration that names the program, for messages. */
  readonly source: ResourceSource;
  readonly signal: AbortSignal | undefined;
}

/** What the program prints. Throws KapplyError `PluginFailed` where it cannot be started or fails. */
export async function runPlugin({ path, source, ...options }: PluginProgram, input: string): Promise<string> {
  const fail = (reason: string, cause?: unknown): KapplyError =>
    inputError('PluginFailed', `the plugin ${path} ${reason}`, { position: source, cause });
  const result = await runProgram(path, { ...options, input, timeoutMs: PROGRAM_TIMEOUT_MS });
  switch (result.outcome) {
    case 'done':
      return result.output;
    case 'missing':
      throw fail('cannot be run: it, or what runs it, is not there', result.cause);
    case 'notStarted':
      throw fail(`cannot be run: ${result.cause.message}`, result.cause);
    case 'timedOut':
      throw fail(`took longer than ${PROGRAM_TIMEOUT_MS / 1000} s`);
    case 'tooMuchOutput':
      throw fail(`prints more than ${MAX_OUTPUT_BYTES >> 20} MB`);
    case 'failed': {
      const said = result.errors.trim();
      throw fail(`failed with ${result.how}${said === '' ? '' : `: ${said}`}`);
    }
  }
}

/**
 * Child processes that never outlive us. Each runs under a shell that waits for the end of its standard input, a pipe
 * that we hold: when we end, in whatever way (a crash and SIGKILL as well), the pipe closes and the shell kills the
 * child's process group.
 */
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';

/** `$@` is the command. `set -m` gives the child a process group of its own. */
const supervisor = `
exec 3<&0
set -m
"$@" <&- 3<&- &
child=$!
set +m
( cat <&3 >/dev/null; kill -9 -- "-$child" 2>/dev/null ) &
waiter=$!
wait "$child"
code=$?
kill "$waiter" 2>/dev/null
exit "$code"
`;

export interface Supervised {
  readonly name: string;
  /** Resolves when it has ended, to what it ended with. */
  readonly ended: Promise<string>;
  /** True once it has ended. */
  readonly hasEnded: () => boolean;
  stop(): Promise<void>;
}

/** Starts a program whose output goes to a file. */
export function startSupervised(name: string, command: readonly string[], logFile: string): Supervised {
  const child = spawn('bash', ['-c', supervisor, 'supervisor', ...command], { stdio: ['pipe', 'pipe', 'pipe'] });
  const log = createWriteStream(logFile);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  let over = false;
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => {
      over = true;
      resolve(error.message);
    });
    child.on('close', (code, signal) => {
      over = true;
      log.end();
      resolve(signal ?? `exit code ${code}`);
    });
  });
  return {
    name,
    ended,
    hasEnded: () => over,
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

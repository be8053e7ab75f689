/** This process as a job of a shell. */
import { readFileSync } from 'node:fs';
import type { ShellJob } from '../ui/terminal.js';

/** Stopped and continued by signals, which Windows does not have. */
export const shellJob: ShellJob = {
  onContinue: (listener) => {
    if (process.platform === 'win32') return () => undefined;
    process.on('SIGCONT', listener);
    return () => process.off('SIGCONT', listener);
  },
  isInForeground: () => process.platform !== 'linux' || isForeground(statOfProcess()),
};

/** '' where /proc is not there. */
function statOfProcess(): string {
  try {
    return readFileSync('/proc/self/stat', 'latin1');
  } catch {
    return '';
  }
}

/**
 * Whether a process' group is the one that its terminal belongs to, by /proc/PID/stat (proc_pid_stat(5): pgrp and tpgid). True where
 * it has no terminal of its own (-1), or that belongs to a group which it cannot see (0, in a container).
 */
export function isForeground(stat: string): boolean {
  // The program's name stands in parentheses, and may hold anything.
  const [, , pgrp, , , tpgid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return tpgid === undefined || tpgid === pgrp || Number(tpgid) <= 0;
}

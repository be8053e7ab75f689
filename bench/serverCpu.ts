/** The CPU that a control plane has used so far: its API server and its store. */
import { readdirSync, readFileSync } from 'node:fs';

/** Processes of the control plane of that folder: their command lines name it. */
export function serverProcesses(folder: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const [command = '', ...args] = read(`/proc/${name}/cmdline`).split('\0');
    const isServer = /(?:kube-apiserver|etcd)$/.test(command) && args.some((argument) => argument.includes(folder));
    return isServer ? [Number(name)] : [];
  });
}

/** User and system time of these processes, s (proc(5): fields 14 and 15, in hundredths). */
export function cpuOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const stat = read(`/proc/${pid}/stat`);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return sum + (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100;
  }, 0);
}

/** '' for a process that has ended meanwhile. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

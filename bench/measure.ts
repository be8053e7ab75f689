/** Runs a program and measures it: time, CPU of all its threads, and peak memory. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

export interface Measured {
  readonly seconds: number;
  /** User and system time. */
  readonly cpuSeconds: number;
  /** Peak resident memory, as sampled from /proc; undefined where there is none. */
  readonly peakMiB: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** VmHWM of a process: its peak so far. */
function peakKiB(pid: number): number | undefined {
  try {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return found === undefined ? undefined : Number(found);
  } catch {
    return undefined;
  }
}

/** utime and stime of a process, all threads, in s (proc(5): fields 14 and 15, in hundredths). */
function cpuSeconds(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return undefined;
  }
}

/** Runs a program; an error with all that it said where it fails. */
export function measure(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    });
    let stdout = '';
    let stderr = '';
    let cpu = 0;
    let peak: number | undefined;
    const sample = (): void => {
      if (child.pid === undefined) return;
      peak = peakKiB(child.pid) ?? peak;
      cpu = cpuSeconds(child.pid) ?? cpu;
    };
    const timer = setInterval(sample, 10);
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('exit', () => clearInterval(timer));
    child.on('close', (code, signal) => {
      clearInterval(timer);
      const seconds = (performance.now() - started) / 1000;
      if (code !== 0) {
        reject(
          new Error(
            `${command} ${args.join(' ')}: ${signal ?? `exit code ${code}`}\n${stdout.slice(-4000)}\n${stderr.slice(-4000)}`,
          ),
        );
        return;
      }
      resolve({ seconds, cpuSeconds: cpu, peakMiB: peak === undefined ? undefined : peak / 1024, stdout, stderr });
    });
  });
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('no values');
  return middle;
}

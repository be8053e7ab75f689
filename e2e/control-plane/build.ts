/**
 * Builds what the control plane consists of, with Go, into `.bin/`. Kubernetes' own commands are Go packages: the
 * modules beside this file name them as tools and so pin them. What is built from the same pins is not built again.
 *
 * As a program: `npx tsx e2e/control-plane/build.ts`.
 */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = import.meta.dirname;
const binFolder = join(here, '.bin');

/** The path of a built program. */
export function binary(name: string): string {
  return join(binFolder, name);
}

interface GoModule {
  /** The folder of its go.mod, beside this file. */
  readonly folder: string;
  readonly programs: readonly { readonly name: string; readonly package: string }[];
  /** For the linker, besides `-s -w`. */
  readonly ldflags: string;
}

/** The version that `kube-apiserver` says of itself; go.mod pins the same. */
const kubernetesVersion = 'v1.37.2';

const modules: readonly GoModule[] = [
  {
    folder: 'etcd',
    programs: [{ name: 'etcd', package: 'go.etcd.io/etcd/server/v3' }],
    ldflags: '',
  },
  {
    folder: 'kustomize',
    programs: [{ name: 'kustomize', package: 'sigs.k8s.io/kustomize/kustomize/v5' }],
    ldflags: '',
  },
  {
    folder: 'kubernetes',
    programs: ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl'].map((name) => ({
      name,
      package: `k8s.io/kubernetes/cmd/${name}`,
    })),
    ldflags: `-X k8s.io/component-base/version.gitVersion=${kubernetesVersion}`,
  },
];

/** The version of Go on the PATH, or undefined where there is none. */
export async function goVersion(): Promise<string | undefined> {
  try {
    return (await promisify(execFile)('go', ['version'], { cwd: here })).stdout.trim();
  } catch {
    return undefined;
  }
}

/** What a module's programs are built from: they are stale exactly when this changes. */
async function fingerprint(module: GoModule, go: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum']) hash.update(await readFile(join(here, module.folder, file)));
  hash.update(JSON.stringify([go, module.programs, module.ldflags]));
  return hash.digest('hex');
}

async function isFresh(module: GoModule, stamp: string, expected: string): Promise<boolean> {
  if (!module.programs.every((program) => existsSync(binary(program.name)))) return false;
  return existsSync(stamp) && (await readFile(stamp, 'utf8')).trim() === expected;
}

function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ${args.join(' ')} in ${cwd}: ${signal ?? `exit code ${code}`}`));
    });
  });
}

/**
 * Builds what is missing or stale. The first time takes about 7 minutes on two cores; Go's build cache makes it
 * seconds afterwards. Each program appears under its name only when it is complete.
 */
export async function buildControlPlane(say: (line: string) => void): Promise<void> {
  const go = await goVersion();
  if (go === undefined) throw new Error('there is no Go on the PATH to build the control plane with');
  await mkdir(binFolder, { recursive: true });
  for (const module of modules) {
    const stamp = join(binFolder, `${module.folder}.stamp`);
    const expected = await fingerprint(module, go);
    if (await isFresh(module, stamp, expected)) continue;
    for (const program of module.programs) {
      const started = Date.now();
      const unfinished = binary(`.${program.name}.new`);
      const flags = ['-trimpath', '-buildvcs=false', '-ldflags', `-s -w ${module.ldflags}`.trim()];
      await run('go', ['build', ...flags, '-o', unfinished, program.package], join(here, module.folder));
      await rename(unfinished, binary(program.name));
      say(`built ${program.name} in ${Math.round((Date.now() - started) / 1000)}s`);
    }
    await writeFile(stamp, `${expected}\n`);
  }
}

if (process.argv[1] !== undefined && basename(process.argv[1]) === basename(fileURLToPath(import.meta.url))) {
  await buildControlPlane((line) => process.stdout.write(`${line}\n`));
}

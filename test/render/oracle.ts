import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A tree of files by their paths. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** The real kustomize: what KAPPLY_KUSTOMIZE names, or the one that e2e/control-plane builds; undefined where there is none. */
export function findKustomize(): string | undefined {
  const built = join(import.meta.dirname, '../../e2e/control-plane/.bin/kustomize');
  const path = process.env.KAPPLY_KUSTOMIZE ?? built;
  return existsSync(path) ? path : undefined;
}

/** Runs `use` with the files in a temporary folder, which is gone afterwards. */
export async function withFiles<Result>(
  files: Files,
  use: (directory: string) => Result | Promise<Result>,
): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), 'kapply-render-'));
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), content);
    }
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** What `kustomize build` prints, or its error. */
export function kustomizeBuild(
  kustomize: string,
  directory: string,
  flags: readonly string[] = [],
  env: NodeJS.ProcessEnv = process.env,
): { output: string } | { error: string } {
  const { status, stdout, stderr } = spawnSync(kustomize, ['build', directory, ...flags], {
    encoding: 'utf8',
    env,
    maxBuffer: 1 << 28,
  });
  return status === 0 ? { output: stdout } : { error: stderr };
}

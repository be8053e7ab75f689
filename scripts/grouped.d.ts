import type { BuildOptions, BuildResult } from 'esbuild';

export function buildGrouped(
  options: BuildOptions & { metafile: true },
  grouping: {
    readonly order: readonly string[];
    readonly libraries: readonly string[];
    readonly imported: readonly string[];
  },
): Promise<BuildResult>;

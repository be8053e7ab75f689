import type { BuildOptions } from 'esbuild';

export function bundleOptions(root: string): BuildOptions & { metafile: true };
export function startOptions(root: string): BuildOptions;

import type { Metafile } from 'esbuild';

export interface Bundled {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly text: string;
}

export function bundledFolders(metafile: Metafile): string[];
export function bundledPackages(root: string, folders: readonly string[]): Promise<Bundled[]>;

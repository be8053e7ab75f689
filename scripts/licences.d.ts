export interface Bundled {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly text: string;
}

export function bundledFolders(metafile: import('esbuild').Metafile): string[];
export function bundledPackages(root: string, folders: readonly string[]): Promise<Bundled[]>;

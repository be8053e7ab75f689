import { mkdirSync } from 'node:fs';

/** Makes a folder and those around it, for their owner alone unless it is told that others may look. Fine where it is there. */
export function makeFolder(path: string, { shared = false }: { readonly shared?: boolean } = {}): void {
  mkdirSync(path, { recursive: true, mode: shared ? 0o777 : 0o700 });
}

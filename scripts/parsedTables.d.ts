import type { Plugin } from 'esbuild';

export function parsedTables(root: string): Plugin;

import type { HelpFlag } from '../src/cli/help/helpText.js';

/** A flag as oclif has it: its name is its key. */
export type ManFlag = Omit<HelpFlag, 'name' | 'helpGroup'>;

export interface ManCommand {
  readonly summary?: string | undefined;
  readonly description?: string | undefined;
  readonly hidden?: boolean | undefined;
  readonly args?: Readonly<Record<string, { readonly description?: string | undefined }>>;
  readonly examples?: readonly (string | { readonly description: string; readonly command: string })[] | undefined;
  readonly flags: Readonly<Record<string, ManFlag>>;
}

export function roffText(text: string): string;
export function exitCodes(markdown: string): { readonly code: string; readonly meaning: string }[];
export function manPage(
  commands: Readonly<Record<string, ManCommand>>,
  codes: readonly { readonly code: string; readonly meaning: string }[],
  version: string,
): string;

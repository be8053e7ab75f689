export interface ManFlag {
  readonly type: string;
  readonly char?: string | undefined;
  readonly description?: string | undefined;
  readonly options?: readonly string[] | undefined;
  readonly helpValue?: string | readonly string[] | undefined;
  readonly default?: unknown;
  readonly allowNo?: boolean | undefined;
  readonly multiple?: boolean | undefined;
  readonly hidden?: boolean | undefined;
}

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

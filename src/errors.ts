/**
 * Expected failures: what the user can understand and act on. Anything else that is thrown is a bug in kapply.
 */

/**
 * The exit codes of every command (docs/output.md). Where several hold, the first of
 * `bug, interrupted, terminated, superseded, unreachable, input, planMoved, refused, rolloutFailed, timedOut, pruneIncomplete, differences, done` counts.
 */
export const EXIT = {
  done: 0,
  differences: 1,
  input: 2,
  rolloutFailed: 3,
  timedOut: 4,
  refused: 5,
  pruneIncomplete: 6,
  unreachable: 7,
  superseded: 8,
  planMoved: 9,
  bug: 70,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Where in the user's input something is wrong. Lines and columns count from 1. */
export interface SourcePosition {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

export interface KapplyErrorOptions {
  /** What the user can do about it, each a sentence or a command. */
  readonly suggestions?: readonly string[];
  readonly position?: SourcePosition;
  /** The overlays that led there, innermost first: `overlays/prod/kustomization.yaml`. */
  readonly chain?: readonly string[];
  readonly cause?: unknown;
}

/**
 * An expected failure. `code` is a PascalCase reason (`UnknownField`, `FieldManagerConflict`) that scripts may match on;
 * the message is one sentence for people and never holds Secret data.
 */
export class KapplyError extends Error {
  readonly code: string;
  readonly exitCode: ExitCode;
  readonly suggestions: readonly string[];
  readonly position: SourcePosition | undefined;
  readonly chain: readonly string[];

  constructor(code: string, message: string, exitCode: ExitCode, options: KapplyErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'KapplyError';
    this.code = code;
    this.exitCode = exitCode;
    this.suggestions = options.suggestions ?? [];
    this.position = options.position;
    this.chain = options.chain ?? [];
  }
}

/** What a KapplyError says, as data: what is shown of it, and what machines get. */
export interface ErrorInfo {
  readonly code: string;
  readonly message: string;
  readonly suggestions: readonly string[];
  readonly position?: SourcePosition | undefined;
  readonly chain?: readonly string[];
}

/** An error as data, for events and reports. */
export function errorInfo({ code, message, suggestions, position, chain }: KapplyError): ErrorInfo {
  return {
    code,
    message,
    suggestions,
    ...(position !== undefined && { position }),
    ...(chain.length > 0 && { chain }),
  };
}

/** A usage or input error (exit 2): a bad flag, manifest or kustomization. Nothing was sent. */
export function inputError(code: string, message: string, options: KapplyErrorOptions = {}): KapplyError {
  return new KapplyError(code, message, EXIT.input, options);
}

/** `file:line:column`, as far as known, the form that editors and CI logs link. */
export function formatPosition(position: SourcePosition): string {
  const { file, line, column } = position;
  return [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':');
}

/** An error as people read it: what, where, how it came there, what to do. */
import { formatPosition, type ErrorInfo } from '../errors.js';
import { wrapTo } from './columns.js';
import type { Style } from './style.js';
import { cleanLines, harmless } from './untrusted.js';

/**
 * Wrapped between words to a terminal of `width`.
 * ```
 * error: overlays/prod/kustomization.yaml:12:3: unknown field "resorces"
 *   in overlays/prod/kustomization.yaml
 *   try: Write "resources".
 * ```
 */
export function formatError(info: ErrorInfo, style: Style, width?: number): string {
  const { code, message, suggestions, position, chain = [] } = harmless(info);
  const [first = code, ...more] = cleanLines(message);
  const where = position === undefined ? '' : `${formatPosition(position)}: `;
  return [
    `${style.bad('error:')} ${where}${first}`,
    ...more.map((line) => `  ${line}`),
    ...chain.map((overlay) => style.faint(`  in ${overlay}`)),
    ...suggestions.flatMap(cleanLines).map((suggestion) => `  try: ${suggestion}`),
  ]
    .map((line) => wrapTo(line, width))
    .join('\n');
}

export interface BugContext {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
}

/**
 * What was thrown unexpectedly, with what a report of it needs. A parser's message can quote its input, which may be a
 * Secret: only the names and places of such errors are shown.
 */
export function formatBug(error: unknown, context: BugContext, style: Style): string {
  const isParsers = error instanceof SyntaxError;
  const name = error instanceof Error ? error.name : typeof error;
  const message = error instanceof Error && !isParsers ? (cleanLines(error.message)[0] ?? '') : '';
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  return [
    `${style.bad('error:')} a bug in kapply: ${[name, message].filter((part) => part !== '').join(': ')}`,
    ...frames.map((frame) => style.faint(`  ${frame.trim()}`)),
    `  Nothing more was done. Please report it with this text, the command line, and: kapply ${context.version}, node ${context.node}, ${context.platform}`,
  ].join('\n');
}

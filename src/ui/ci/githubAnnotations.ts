/** Annotations on GitHub: what went wrong, beside the line of the pull request where that is known. */
import type { SourcePosition } from '../../errors.js';
import { cleanLines } from '../untrusted.js';

export interface Annotation {
  readonly title: string;
  readonly message: string;
  /** Where the manifest stands, or what is wrong in it. */
  readonly position?: SourcePosition | undefined;
}

/** The file as GitHub knows it, from the root of the repository; undefined where it is none of the repository's. */
export type PathInRepository = (file: string) => string | undefined;

/** GitHub shows ten of a step, and the failed step itself is one. */
const MOST_ANNOTATIONS = 9;

/** The workflow commands of as many as GitHub shows, a line each. */
export function annotationLines(annotations: readonly Annotation[], pathOf: PathInRepository): string {
  return annotations
    .slice(0, MOST_ANNOTATIONS)
    .map(({ title, message, position }) => {
      const properties = [...placeOf(position, pathOf), `title=${escapeProperty(title)}`];
      return `::error ${properties.join(',')}::${escapeData(message)}\n`;
    })
    .join('');
}

/** GitHub shows the annotation beside the line of the pull request. */
function placeOf(position: SourcePosition | undefined, pathOf: PathInRepository): string[] {
  const path = position === undefined ? undefined : pathOf(position.file);
  if (path === undefined || position === undefined) return [];
  const { line, column } = position;
  return [
    `file=${escapeProperty(path)}`,
    ...(line === undefined ? [] : [`line=${line}`, ...(column === undefined ? [] : [`col=${column}`])]),
  ];
}

/** As escapeData and escapeProperty of @actions/core: what would end a message or a property is sent percent-encoded. */
function escapeData(text: string): string {
  return cleanLines(text).join('\n').replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

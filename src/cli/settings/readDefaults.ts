/** What `.kapply.yaml` says. In a file of its own because it brings a YAML parser with it. */
import { LineCounter, type Node, type YAMLMap, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { inputError, type SourcePosition } from '../../errors.js';
import type { FlagShape } from '../argv.js';
import { DEFAULTS_FILE, FROM_A_FILE, NOT_FROM_A_FILE, READINESS_KEY } from './fileDefaults.js';
import { isOfOtherCommand, otherPlacesOf, type FlagDefault } from './flagDefaults.js';

/** `knownNames` are the flags of all commands, `flags` those of this one. Throws KapplyError (exit 2), with the line. */
export function readDefaults(
  text: string,
  file: string,
  flags: Readonly<Record<string, FlagShape>>,
  knownNames: ReadonlySet<string>,
): FlagDefault[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const at = (offset: number | undefined): SourcePosition => {
    if (offset === undefined) return { file };
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const problem = document.errors[0];
  if (problem !== undefined) throw inputError('InvalidYaml', problem.message, { position: at(problem.pos[0]) });
  if (document.contents === null) return [];
  if (!isMap(document.contents)) {
    throw inputError('InvalidDefaults', 'expected a mapping from flag names to values', { position: at(0) });
  }
  const pairs = (document.contents as YAMLMap<Node, Node | null>).items;
  return pairs.flatMap(({ key, value }) => {
    const position = at(key.range?.[0]);
    const name = isScalar(key) ? String(key.value) : '';
    if (name === READINESS_KEY) return [];
    if (!knownNames.has(name)) {
      throw inputError('UnknownDefault', `"${name}" is not a flag of kapply`, {
        position,
        suggestions: ['Write long flag names without the dashes, as in "prune-label: appconfig=myconfig".'],
      });
    }
    if (!FROM_A_FILE.has(name)) {
      const why = Object.hasOwn(NOT_FROM_A_FILE, name) ? `: ${String(NOT_FROM_A_FILE[name])}` : '';
      throw inputError('ForbiddenDefault', `"${name}" cannot be set in ${DEFAULTS_FILE}${why}`, {
        position,
        suggestions: [otherPlacesOf(name), `What it can set: ${[...FROM_A_FILE].join(', ')}.`],
      });
    }
    if (!Object.hasOwn(flags, name) || (name === 'output' && flags[name]?.options === undefined)) return [];
    const words = wordsOf(value, position);
    if (name === 'output' && words.every((word) => isOfOtherCommand(word, flags[name]))) return [];
    const argv = words.map((word) => `--${name}=${word}`);
    return [{ name, source: `"${name}"`, from: file, position, argv }];
  });
}

function wordsOf(value: Node | null, position: SourcePosition): string[] {
  const items: readonly unknown[] = isSeq(value) ? value.items : [value];
  return items.map((item) => {
    const scalar: unknown = isScalar(item) ? item.value : undefined;
    if (typeof scalar === 'string' || typeof scalar === 'number' || typeof scalar === 'boolean') return String(scalar);
    throw inputError('InvalidDefault', 'expected a string, a number, a boolean or a list of these', { position });
  });
}

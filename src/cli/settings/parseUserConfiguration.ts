/** What the user's own configuration says. In a file of its own because it brings a YAML parser with it. */
import { isMap, isScalar, LineCounter, parseDocument, type Node, type YAMLMap } from 'yaml';
import { inputError, type SourcePosition } from '../../errors.js';

/** What the user's own file says of one context of the kubeconfig. */
export interface ContextConfiguration {
  readonly name: string;
  /** Writes need the context's name, typed or as --confirm-context. */
  readonly protected: boolean;
  /** The URL of its API server: the context is known by it under another name as well. */
  readonly server: string | undefined;
}

const FORM = 'contexts: { prod-eu: { protected: true, server: "https://prod-eu.example:6443" } }';

/** @throws KapplyError `InvalidConfiguration`, `InvalidYaml` (exit 2), with the line: what is misspelt would protect nothing */
export function parseUserConfiguration(text: string, file: string): ContextConfiguration[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const at = (offset = 0): SourcePosition => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const refuse = (message: string, node: Node | null | undefined): Error =>
    inputError('InvalidConfiguration', message, {
      position: at(node?.range?.[0]),
      suggestions: [`For example: ${FORM}`],
    });
  const mapOf = (node: Node | null | undefined, what: string): YAMLMap<Node, Node | null>['items'] => {
    if (isMap(node)) return (node as YAMLMap<Node, Node | null>).items;
    throw refuse(`${what} is a mapping`, node);
  };
  const nameOf = (key: Node): string => (isScalar(key) ? String(key.value) : '');

  const problem = document.errors[0];
  if (problem !== undefined) throw inputError('InvalidYaml', problem.message, { position: at(problem.pos[0]) });
  if (document.contents === null) return [];
  return mapOf(document.contents, 'the configuration').flatMap(({ key, value }) => {
    if (nameOf(key) !== 'contexts') throw refuse(`"${nameOf(key)}" is unknown here: contexts is what there is`, key);
    if (value === null || (isScalar(value) && value.value === null)) return [];
    return mapOf(value, 'contexts').map((context) => {
      const fields = new Map<string, unknown>();
      for (const field of mapOf(context.value, `the context ${nameOf(context.key)}`)) {
        const name = nameOf(field.key);
        const said: unknown = isScalar(field.value) ? field.value.value : undefined;
        if (name === 'protected' ? typeof said !== 'boolean' : name !== 'server' || !isUrl(said)) {
          throw refuse(
            name === 'protected'
              ? 'protected is true or false'
              : name === 'server'
                ? 'server is a URL'
                : `"${name}" is unknown here: protected and server are what there is`,
            field.key,
          );
        }
        fields.set(name, said);
      }
      return {
        name: nameOf(context.key),
        protected: fields.get('protected') === true,
        server: fields.get('server') as string | undefined,
      };
    });
  });
}

function isUrl(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

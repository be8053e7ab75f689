/**
 * Plain names within longer texts: scripts, Helm values, YAML and TOML in a field or in a ConfigMap. A word there is a
 * name only where its kind is said: right before it (`kubectl get secret NAME`, `--config-map NAME`,
 * `existingSecret: NAME`), or by the key that it stands under (`secretRef:` above `name: NAME`).
 */
import { kindOfField, kindsOfWord } from './kindWords.js';
import { serviceHost } from './plainNames.js';

export interface NameWithin {
  readonly name: string;
  /** The kinds that are said of it, in small letters; words that are no kind are among them. */
  readonly kinds: readonly string[];
  /** `NAMESPACE/NAME`, `namespaces/NAMESPACE/secrets/NAME`. */
  readonly namespace: string | undefined;
  /** `NAMESPACE/NAME` where no path goes before it. */
  readonly isPlaced: boolean;
}

/** What stands between two words. */
const BETWEEN = /[^A-Za-z0-9_-]/;
const RUN = /[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?/g;
const PATH_BEFORE = /(?:namespaces\/([a-z0-9-]+)\/)?([A-Za-z0-9_.-]+)\/$/;
/** A word, and what may stand between it and its value. */
const ASSIGNED_BEFORE = /([A-Za-z][\w.-]*)["'`]?\s*[:=][:=/]*[\s"'`[{(|>-]*$/;
const FLAG_BEFORE = /--([A-Za-z][\w.-]*)\s+["'`]?$/;
const WORD_BEFORE = /(?:^|[\s"'`])([a-z]+)\s+["'`]?$/;
/** `secretKeyRef: { key: a, name: NAME`, on one line; `Object.spec.imagePullSecrets{name: NAME` in CEL. */
const MAP_BEFORE = /([A-Za-z][\w.-]*)["']?\s*[:=]?\s*\{[^{}]*$/;
const KEY_OF_LINE = /^[\s-]*["']?([A-Za-z][\w./-]*)["']?\s*[:=](.*)$/;
const TOML_HEADER = /^\s*\[\[?([\w.-]+)\]\]?\s*$/;
/** What goes before an address: of a Service, where it is a name of the cluster. */
const ADDRESS =
  /(?:^|[^a-z])(?:hosts?|hostname|servers?|addr|address|addresses|urls?|uri|endpoints?|brokers?|upstreams?|backends?)$/i;
const PORT_AFTER = /^:\d{2,5}(?![\w.-])/;
const CAMEL = /([a-z0-9])([A-Z])/g;

const LINE_BEFORE = 400;
/** So far a key or a kind is looked for. */
const LINES_AROUND = 200;

/** Every wanted word of the text with what is said of it there. */
export function namesWithin(text: string, isWanted: (name: string) => boolean): NameWithin[] {
  // Most texts are one word, and nothing is said of it there.
  if (!BETWEEN.test(text))
    return isWanted(text) ? [{ name: text, kinds: [], namespace: undefined, isPlaced: false }] : [];
  return [...text.matchAll(RUN)].flatMap(({ 0: run, index }): NameWithin[] => {
    const end = index + run.length;
    const hasPort = PORT_AFTER.test(text.slice(end, end + 8));
    if (isWanted(run)) {
      const said = saidBefore(text, index);
      const isHost = hasPort && !said.kinds.includes('image');
      return [{ name: run, ...said, ...(isHost && { kinds: [...said.kinds, 'service'] }) }];
    }
    const dot = run.lastIndexOf('.');
    if (dot < 0) return [];
    if (hasPort) {
      return serviceHost(run).flatMap(({ name, namespace }) =>
        isWanted(name) ? [{ name, kinds: ['service'], namespace, isPlaced: false }] : [],
      );
    }
    // `spark.kubernetes.driver.secrets.NAME`.
    const last = run.slice(dot + 1);
    if (!isWanted(last)) return [];
    return [{ name: last, kinds: kindsOfWord(run.slice(0, dot)), namespace: undefined, isPlaced: false }];
  });
}

function saidBefore(text: string, at: number): Omit<NameWithin, 'name'> {
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  const before = text.slice(Math.max(lineStart, at - LINE_BEFORE), at);
  const path = PATH_BEFORE.exec(before);
  if (path === null) return { kinds: wordsBefore(text, lineStart, before), namespace: undefined, isPlaced: false };
  const [all, namespace, word = ''] = path;
  const rest = before.slice(0, before.length - all.length);
  const kinds = kindsOfWord(word);
  if (namespace !== undefined) return { kinds, namespace, isPlaced: false };
  const isPlaced = !/[\w/.]$/.test(rest);
  return { kinds: [...kinds, ...wordsBefore(text, lineStart, rest)], namespace: word, isPlaced };
}

/** `before`: what stands before the name on its line. */
function wordsBefore(text: string, lineStart: number, before: string): readonly string[] {
  const flag = FLAG_BEFORE.exec(before)?.[1];
  if (flag !== undefined) return kindsOfWord(flag);
  const word = WORD_BEFORE.exec(before)?.[1];
  if (word !== undefined) return [kindOfField(word)];
  const assigned = ASSIGNED_BEFORE.exec(before)?.[1];
  if (assigned === undefined) return /^[\s"'-]*$/.test(before) ? above(text, lineStart) : [];
  const kinds = kindsOfWord(assigned);
  const service = ADDRESS.test(assigned.replace(CAMEL, '$1_$2')) ? ['service'] : [];
  if (kindOfField(assigned) !== '') return [...kinds, ...service];
  const holder = MAP_BEFORE.exec(before)?.[1];
  return holder === undefined ? above(text, lineStart) : kindsOfWord(holder);
}

interface Line {
  /** Where the dash of a list's item stands, if it begins one. */
  readonly dash: number | undefined;
  /** Where the key stands. */
  readonly column: number;
  readonly text: string;
}

function lineOf(text: string): Line {
  const lead = /^(\s*)((?:-\s+)*)/.exec(text);
  const indent = lead?.[1]?.length ?? 0;
  const dashes = lead?.[2]?.length ?? 0;
  return { dash: dashes === 0 ? undefined : indent, column: indent + dashes, text };
}

/** The kinds said by `kind` beside the line, or by the key or the table that it stands under, by its indentation. */
function above(text: string, lineStart: number): readonly string[] {
  const end = text.indexOf('\n', lineStart);
  const own = lineOf(text.slice(lineStart, end < 0 ? undefined : end));
  const below = end < 0 ? undefined : kindBelow(text.slice(end + 1), own.column);
  if (below !== undefined) return [below];
  const isToml = /^\s*[\w.-]+\s*=/.test(own.text);
  let item = own.dash;
  const lines = text
    .slice(0, Math.max(0, lineStart - 1))
    .split('\n')
    .slice(-LINES_AROUND);
  for (const line of lineStart === 0 ? [] : lines.reverse().map(lineOf)) {
    if (line.text.trim() === '') continue;
    const table = isToml ? TOML_HEADER.exec(line.text)?.[1] : undefined;
    if (table !== undefined) return kindsOfWord(table);
    const [, key = '', value = ''] = KEY_OF_LINE.exec(line.text) ?? [];
    const isBeside = item === undefined && line.column === own.column;
    if (isBeside && key === 'kind') return [kindOfValue(value)];
    if (isBeside) item = line.dash;
    else if (line.column <= (item ?? own.column - 1)) return kindsOfWord(key);
  }
  return [];
}

/** `kind` in a later line of the same map. */
function kindBelow(text: string, column: number): string | undefined {
  for (const line of text.split('\n', LINES_AROUND).map(lineOf)) {
    if (line.text.trim() === '') continue;
    if (line.column < column || (line.dash !== undefined && line.column === column)) return undefined;
    const [, key, value = ''] = KEY_OF_LINE.exec(line.text) ?? [];
    if (line.column === column && key === 'kind') return kindOfValue(value);
  }
  return undefined;
}

function kindOfValue(value: string): string {
  return kindOfField(value.replace(/["',\s]/g, ''));
}

/**
 * Where an object holds what nobody but its readers may see. The one definition: diffs and backups mask it, and what the
 * server says is searched for it.
 */
import { isJsonObject } from './json.js';
import { mapFields, mapItems } from './mapFields.js';
import { LAST_APPLIED_ANNOTATION } from './annotations.js';

/** A rule of the user's own (`--mask`), matched against `Kind/name:path`, as in `ConfigMap/cfg:data.token`. */
export interface MaskRule {
  readonly test: (place: string) => boolean;
}

/**
 * What one secret text becomes. `path` says where it stands: `data.password`, `items[0].data.password`; `isMixed`, that a secret may
 * be among other things in it, which are none elsewhere.
 */
export type ReplaceSecret = (text: string, path: string, isMixed?: boolean) => string;

/** Annotations in which tools keep the whole object as it was applied, on objects of any kind. */
const WHOLE_OBJECT_ANNOTATIONS: ReadonlySet<string> = new Set([
  LAST_APPLIED_ANNOTATION,
  'banzaicloud.com/last-applied',
  'kapp.k14s.io/original',
  'kapp.k14s.io/original-diff',
  'objectset.rio.cattle.io/applied',
]);

/** In which the sandbox's kubelet notes what a container was given, by its Secrets as well as otherwise. */
const ENVIRONMENT_ANNOTATION = /^sandbox\.kapply\.dev\/env\./;

/** Whose annotations of a Secret are known to hold none of its content. Those of anybody else are masked. */
const KNOWN_ANNOTATIONS = [
  /^kapply\.dev\//,
  /^(?:app|config|kubectl|client\.lifecycle\.config|internal\.config)\.(?:kubernetes|k8s)\.io\//,
  /^kubernetes\.io\//,
  /^(?:helm\.sh|meta\.helm\.sh)\//,
  /^(?:argocd\.argoproj\.io|kustomize\.toolkit\.fluxcd\.io|reloader\.stakater\.com|cert-manager\.io)\//,
  /^kapp\.k14s\.io\/(?!original)/,
];

/** An argument that hands a password over: `--db-password=x`. */
const SECRET_ARGUMENT = /^(--?[-\w.]*(?:password|passwd|passphrase|token|secret|api-?key)=)(.+)$/is;

/** The same in two arguments: `--db-password`, `x`. */
const SECRET_FLAG = /^--?[-\w.]*(?:password|passwd|passphrase|token|secret|api-?key)$/i;

/** Environment variables, and keys of ConfigMaps, whose literal value is a password by their name. `TOKEN_FILE` and `PASSWORD_POLICY` are none. */
const SECRET_VARIABLE = /(?:PASSWORD|PASSWD|PASSPHRASE|TOKEN|SECRET|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY)$/i;

interface Walk {
  readonly replace: ReplaceSecret;
  readonly rules: readonly MaskRule[];
  /** `Kind/name` of the outermost object. */
  readonly root: string;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * A copy of the object with every secret text replaced: data and stringData of Secrets, wherever they are nested (Lists,
 * templates in custom resources, manifests in ConfigMaps and annotations), annotations that may hold them, environment
 * variables, arguments and keys of ConfigMaps named like a password, and what the user's rules match.
 */
export function mapSecretTexts<T>(object: T, replace: ReplaceSecret, rules: readonly MaskRule[] = []): T {
  const { kind = '', metadata }: Fields = isJsonObject(object) ? object : {};
  const { name = '' }: Fields = isJsonObject(metadata) ? metadata : {};
  return walk(object, '', { replace, rules, root: `${String(kind)}/${String(name)}` }) as T;
}

function walk(value: unknown, path: string, context: Walk): unknown {
  if (typeof value === 'string') return walkText(value, path, context);
  if (Array.isArray(value)) {
    return mapItems(value, (item, index) => {
      const at = `${path}[${index}]`;
      return isValueOfFlag(item, value[index - 1]) ? context.replace(item, at) : walk(item, at, context);
    });
  }
  if (!isJsonObject(value)) return walkScalar(value, path, context);
  const isSecret = isSecretLike(value);
  const isConfig = value.kind === 'ConfigMap' && isJsonObject(value.data);
  return mapPlaces(value, path, (item, field, at) => {
    if ((isSecret && field === 'data') || field === 'stringData') return maskAll(item, at, context);
    // A schema says what a Secret looks like, and holds none.
    if (field === 'openAPIV3Schema') return item;
    if (isSecret && field === 'metadata' && isJsonObject(item)) return walkSecretMetadata(item, at, context);
    if (isConfig && field === 'data' && isJsonObject(item)) return walkConfigData(item, at, context);
    if (field === 'annotations' && isJsonObject(item)) return walkAnnotations(item, at, context, false);
    if (field === 'value' && typeof item === 'string' && isPasswordVariable(value)) return context.replace(item, at);
    return walk(item, at, context);
  });
}

/** The argument after one that is named like a password, but for another flag and a variable. */
function isValueOfFlag(item: unknown, before: unknown): item is string {
  return (
    typeof before === 'string' &&
    SECRET_FLAG.test(before) &&
    typeof item === 'string' &&
    !/^(?:-.*|\$\([^)]*\))?$/s.test(item)
  );
}

/** Numbers and booleans are masked only where a rule says so. */
function walkScalar(value: unknown, path: string, context: Walk): unknown {
  if (typeof value !== 'number' && typeof value !== 'boolean' && typeof value !== 'bigint') return value;
  return isMatched(path, context) ? context.replace(String(value), path) : value;
}

function walkText(text: string, path: string, context: Walk): string {
  if (isMatched(path, context)) return context.replace(text, path);
  if (text.startsWith('-')) {
    const [, flag, password] = SECRET_ARGUMENT.exec(text) ?? [];
    if (flag !== undefined && password !== undefined) return `${flag}${context.replace(password, path)}`;
  }
  return /Secret|stringData/.test(text) ? mapManifestText(text, path, context) : text;
}

function isMatched(path: string, { rules, root }: Walk): boolean {
  return rules.some((rule) => rule.test(`${root}:${path}`));
}

/** core/v1 Secret, and the templates that controllers make Secrets from. */
function isSecretLike({ kind, apiVersion = 'v1' }: Fields): boolean {
  return (kind === 'Secret' && apiVersion === 'v1') || kind === 'SecretTemplate';
}

/** `$(OTHER)` refers to another variable. */
function isPasswordVariable({ name, value }: Fields): boolean {
  return (
    typeof name === 'string' &&
    SECRET_VARIABLE.test(name) &&
    typeof value === 'string' &&
    !/^(?:\$\([^)]*\))?$/.test(value)
  );
}

function walkConfigData(data: Fields, path: string, context: Walk): unknown {
  return mapPlaces(data, path, (item, key, at) =>
    SECRET_VARIABLE.test(key) && typeof item === 'string' ? context.replace(item, at) : walk(item, at, context),
  );
}

function walkSecretMetadata(metadata: Fields, path: string, context: Walk): unknown {
  return mapPlaces(metadata, path, (item, field, at) =>
    field === 'annotations' && isJsonObject(item) ? walkAnnotations(item, at, context, true) : walk(item, at, context),
  );
}

function walkAnnotations(annotations: Fields, path: string, context: Walk, ofSecret: boolean): unknown {
  return mapPlaces(annotations, path, (item, name, at) => {
    if (ENVIRONMENT_ANNOTATION.test(name)) return context.replace(String(item), at, true);
    const isHidden =
      WHOLE_OBJECT_ANNOTATIONS.has(name) || (ofSecret && !KNOWN_ANNOTATIONS.some((known) => known.test(name)));
    return isHidden ? maskAll(item, at, context) : walk(item, at, context);
  });
}

function maskAll(value: unknown, path: string, context: Walk): unknown {
  if (value === null || value === undefined) return value;
  if (isJsonObject(value)) return mapPlaces(value, path, (item, _, at) => maskAll(item, at, context));
  if (Array.isArray(value)) return mapItems(value, (item, index) => maskAll(item, `${path}[${index}]`, context));
  const text = typeof value === 'string' ? value : typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
  return context.replace(text, path);
}

/** Most of an object is no secret: it is copied where something changes. */
function mapPlaces(
  fields: Fields,
  path: string,
  change: (value: unknown, field: string, path: string) => unknown,
): unknown {
  return mapFields(fields, (value, field) => change(value, field, path === '' ? field : `${path}.${field}`));
}

/** A manifest as text, JSON or YAML: in a ConfigMap, an annotation, an argument. */
function mapManifestText(text: string, path: string, context: Walk): string {
  if (/^\s*[[{]/.test(text)) {
    try {
      return JSON.stringify(walk(JSON.parse(text), path, context));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return text
    .split(/^(?=---)/m)
    .map((document) => mapYamlText(document, path, context))
    .join('');
}

const SECRET_KIND = /^[\s-]*["']?kind["']?:\s*["']?(?:Secret|SecretTemplate)["']?\s*(?:#.*)?$/m;

/** Without a YAML parser: whatever stands deeper than a `data:` or `stringData:` of a document with a Secret is masked. */
function mapYamlText(document: string, path: string, context: Walk): string {
  const hasSecret = SECRET_KIND.test(document);
  let depth: number | undefined;
  return document
    .split('\n')
    .map((line, index) => {
      const at = `${path}:${index + 1}`;
      const indent = line.search(/\S/);
      if (depth !== undefined && (indent < 0 || indent > depth))
        return indent < 0 ? line : maskYamlLine(line, at, context);
      depth = undefined;
      const [, lead = '', field = '', rest = ''] = /^([\s-]*)["']?(data|stringData)["']?:(.*)$/.exec(line) ?? [];
      if (field === '' || (field === 'data' && !hasSecret)) return line;
      depth = lead.length;
      return /^\s*(?:#.*)?$/.test(rest) ? line : `${lead}${field}: ${context.replace(rest.trim(), at)}`;
    })
    .join('\n');
}

function maskYamlLine(line: string, path: string, context: Walk): string {
  const [, key = '', value = line] = /^(\s*["']?[-._a-zA-Z0-9]+["']?:)\s*(.*)$/.exec(line) ?? [];
  if (key !== '' && /^(?:[|>][-+0-9]*)?\s*$/.test(value)) return line;
  if (key === '') return `${/^\s*/.exec(line)?.[0] ?? ''}${context.replace(line.trim(), path)}`;
  return `${key} ${context.replace(value, path)}`;
}

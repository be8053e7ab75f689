import { isMap, type Tree } from '../resources/tree.js';
import { problem, type Composer } from './composer.js';
import { formatFloat32 } from './goNumber.js';
import { resolvePlain, type Resolved } from './resolve.js';
import type { Token } from './tokens.js';

export const LONG_TAG = 'tag:yaml.org,2002:';
const TYPED_TAGS = new Set(['bool', 'int', 'float', 'null', 'timestamp']);
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const MAX_INT64 = 2n ** 63n - 1n;

/** What a scalar without a tag means. */
export function readScalar(composer: Composer, token: Token): Tree {
  composer.text = token.value;
  composer.plain = token.style === 'plain';
  composer.type = 'str';
  composer.folded = token.style === 'folded';
  if (token.style !== 'plain') return token.value;
  const resolved = resolvePlain(token.value, composer.options.version);
  return resolved.tag === 'str' ? token.value : typed(composer, token, resolved);
}

/** What a scalar with a tag means: tags other than YAML's own make it a string. */
export function readTaggedScalar(composer: Composer, token: Token, tag: string): Tree {
  if (tag === '' || tag === '!') return readScalar(composer, token);
  composer.text = token.value;
  composer.plain = false;
  composer.type = 'str';
  composer.folded = token.style === 'folded';
  const short = tag.startsWith(LONG_TAG) ? tag.slice(LONG_TAG.length) : '';
  if (short === 'binary') {
    const text = token.value.replaceAll(/[\r\n]/g, '');
    if (!BASE64.test(text)) throw problem(token, 'the value of !!binary is not base64');
    composer.type = 'binary';
    return Buffer.from(text, 'base64').toString('utf8');
  }
  if (!TYPED_TAGS.has(short)) return token.value;
  const resolved = resolvePlain(token.value, composer.options.version, short !== 'timestamp');
  if (resolved.tag !== short && !(short === 'float' && resolved.tag === 'int')) {
    throw problem(token, `the value is not of the type that its tag !!${short} says`);
  }
  return typed(composer, token, resolved);
}

function typed(composer: Composer, token: Token, resolved: Resolved): Tree {
  composer.type = resolved.tag;
  if (resolved.tag === 'float' && !Number.isFinite(resolved.value)) {
    throw problem(
      token,
      `${token.value} is a number that Kubernetes objects cannot hold`,
      'Quote it if it is meant as text.',
    );
  }
  return wrap(composer, resolved.value, token.value);
}

function wrap(composer: Composer, value: Resolved['value'], text: string): Tree {
  return composer.options.wrap === undefined ? value : composer.options.wrap(value, text);
}

/** A value that is not there. */
export function emptyValue(composer: Composer, flow: boolean): Tree {
  const quoted = flow && composer.options.resource;
  composer.text = '';
  composer.plain = true;
  composer.folded = false;
  composer.type = quoted ? 'str' : 'null';
  return quoted && composer.options.wrap === undefined ? '' : wrap(composer, null, '');
}

/** The name of the field whose key was just read. */
export function keyName(composer: Composer, token: Token, key: Tree, top: boolean): string {
  const { text, type } = composer;
  if (type === 'str') return text;
  if (type === 'collection' || isMap(key))
    throw problem(token, 'a key cannot be a list or a mapping', 'Put it in quotes.');
  if (composer.options.resource) {
    if (text === '' || (top && type !== 'null')) return text;
    throw problem(
      token,
      `the key ${text} is not a string`,
      'Put it in quotes: the keys of Kubernetes objects are strings.',
    );
  }
  // sigs.k8s.io/yaml makes strings of numbers and booleans, the number of a float with 32 bits of precision.
  if (typeof key === 'string' || typeof key === 'boolean') return String(key);
  if (typeof key === 'number') return type === 'float' ? formatFloat32(key) : String(key);
  if (typeof key === 'bigint' && key <= MAX_INT64) return String(key);
  throw problem(token, `${text === '' ? 'nothing' : text} cannot be a key`, 'Put it in quotes.');
}

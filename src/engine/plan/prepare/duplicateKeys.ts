/** What a client-side apply lets pass and server-side apply refuses: the same key twice in a list that is a map. */
import { inputError } from '../../../errors.js';
import { formatId, groupOf, idOf } from '../../../objects/object.js';
import { podSpecPath } from '../../uses/references.js';
import type { RenderedObject } from '../../../objects/rendered.js';

type Fields = Readonly<Record<string, unknown>>;

/** @throws KapplyError `DuplicateKey` (exit 2) naming the field and the key that is there twice */
export function refuseDuplicateKeys(item: RenderedObject): void {
  const { object } = item;
  const fail = (path: string, key: string): never => {
    throw inputError(
      'DuplicateKey',
      `${formatId(idOf(object), true)} in ${item.origin.file}: ${path} has ${key} twice`,
      {
        position: item.origin,
        suggestions: [
          'Server-side apply refuses this, since the later one silently wins elsewhere. Keep one of the two.',
        ],
      },
    );
  };
  const base = podSpecPath(groupOf(object.apiVersion), object.kind);
  if (base !== undefined) {
    const spec = base.split('.').reduce<unknown>((at, field) => fieldsOf(at)[field], object);
    for (const list of ['containers', 'initContainers', 'ephemeralContainers']) {
      listOf(fieldsOf(spec)[list]).forEach((container, index) => {
        const path = `${base}.${list}[${index}]`;
        refuseTwice(
          listOf(container.env),
          ({ name }) => words(name),
          (key) => fail(`${path}.env`, key),
        );
        refuseTwice(listOf(container.ports), portKey('containerPort'), (key) => fail(`${path}.ports`, key));
      });
    }
  }
  if (object.kind === 'Service' && groupOf(object.apiVersion) === '') {
    refuseTwice(listOf(fieldsOf(object.spec).ports), portKey('port'), (key) => fail('spec.ports', key));
  }
}

function refuseTwice(
  items: readonly Fields[],
  keyOfItem: (item: Fields) => string,
  fail: (key: string) => never,
): void {
  const seen = new Set<string>();
  for (const item of items) {
    const key = keyOfItem(item);
    if (seen.has(key)) fail(key);
    seen.add(key);
  }
}

function portKey(field: string): (port: Fields) => string {
  return (port) => `${words(port[field])}/${words(port.protocol ?? 'TCP')}`;
}

function words(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value ?? null);
}

function fieldsOf(value: unknown): Fields {
  return value !== null && typeof value === 'object' ? (value as Fields) : {};
}

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

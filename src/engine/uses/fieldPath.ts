/**
 * Paths of the reference table: `spec.tls[].secretName`. `[]` walks a list; a key with dots or slashes stands in
 * `["…"]`: `parameters["csi.storage.k8s.io/node-stage-secret-name"]`.
 */

export interface Segment {
  readonly field: string;
  readonly isList: boolean;
}

export interface FoundName {
  readonly name: string;
  /** Where it stands: `spec.tls[0].secretName`. */
  readonly path: string;
  /** The map that holds the field, or the list of names: what stands beside the name says more of what is named. */
  readonly holder: Readonly<Record<string, unknown>>;
}

/** The segments of a path of the table. */
export function parsePath(path: string): Segment[] {
  return [...path.matchAll(/\["(?<quoted>[^"]+)"\]|(?<field>[^.[\]]+)(?<list>\[\])?/g)].map(({ groups }) => ({
    field: groups?.quoted ?? groups?.field ?? '',
    isList: groups?.list !== undefined,
  }));
}

/** Every non-empty string at the path. */
export function namesAt(value: unknown, segments: readonly Segment[], at = ''): FoundName[] {
  const [segment, ...rest] = segments;
  if (segment === undefined || value === null || typeof value !== 'object') return [];
  const holder = value as Readonly<Record<string, unknown>>;
  const child = Object.hasOwn(holder, segment.field) ? holder[segment.field] : undefined;
  if (child === undefined) return [];
  const path = at === '' ? segment.field : `${at}.${segment.field}`;
  const items = !segment.isList
    ? [{ item: child, path }]
    : Array.isArray(child)
      ? child.map((item: unknown, index) => ({ item, path: `${path}[${index}]` }))
      : [];
  return items.flatMap(({ item, path: here }) => {
    if (rest.length > 0) return namesAt(item, rest, here);
    return typeof item === 'string' && item !== '' ? [{ name: item, path: here, holder }] : [];
  });
}

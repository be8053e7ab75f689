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
export function namesAt(value: unknown, segments: readonly Segment[]): FoundName[] {
  const found: FoundName[] = [];
  collect(value, segments, 0, '', found);
  return found;
}

/** Of the hundred paths of a pod spec nearly all lead nowhere at once. */
function collect(value: unknown, segments: readonly Segment[], depth: number, at: string, found: FoundName[]): void {
  const segment = segments[depth];
  if (segment === undefined || value === null || typeof value !== 'object') return;
  if (!Object.hasOwn(value, segment.field)) return;
  const holder = value as Readonly<Record<string, unknown>>;
  const child = holder[segment.field];
  const path = at === '' ? segment.field : `${at}.${segment.field}`;
  const isLast = depth + 1 === segments.length;
  const take = (item: unknown, here: string): void => {
    if (!isLast) collect(item, segments, depth + 1, here, found);
    else if (typeof item === 'string' && item !== '') found.push({ name: item, path: here, holder });
  };
  if (!segment.isList) take(child, path);
  else if (Array.isArray(child)) child.forEach((item: unknown, index) => take(item, `${path}[${index}]`));
}

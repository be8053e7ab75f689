/** Whether what lies in a ConfigMap has the shape of a record: whoever may write ConfigMaps may have written it. Pure. */
import type { RecordContent, RecordSummary, RecordedOptions } from './recorded.js';

/** What a field must be; undefined is a field that is not there. */
type Check = (value: unknown) => boolean;
/** One for each field, so that no new field goes unchecked. */
type Shape<T> = { readonly [Field in keyof Required<T>]: Check };

const isText: Check = (value) => typeof value === 'string';
const isFlag: Check = (value) => typeof value === 'boolean';
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every((item) => check(item));
const maybe =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const shaped =
  <T>(shape: Shape<T>): Check =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries<Check>(shape).every(([field, check]) => check((value as Readonly<Record<string, unknown>>)[field]));

const STATES: Readonly<Record<RecordSummary['state'], true>> = {
  deployed: true,
  applied: true,
  failed: true,
  interrupted: true,
  superseded: true,
};

const isOptions = shaped<RecordedOptions>({
  pruneLabel: maybe(isText),
  pruneKinds: listOf(isText),
  pruneNamespaces: listOf(isText),
  keep: isCount,
  keepRollback: isFlag,
  fieldManager: isText,
  restartOnChange: isFlag,
  own: isFlag,
});

const isSummaryShaped = shaped<RecordSummary>({
  state: (value) => typeof value === 'string' && Object.hasOwn(STATES, value),
  at: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
  user: maybe(isText),
  runner: isText,
  commit: maybe(isText),
  counts: shaped<RecordSummary['counts']>({
    created: isCount,
    configured: isCount,
    unchanged: isCount,
    deleted: isCount,
  }),
  digest: isText,
  objects: isCount,
  backTo: maybe(isCount),
  transitions: maybe(isCount),
  error: maybe(shaped<NonNullable<RecordSummary['error']>>({ code: isText, message: isText })),
  options: isOptions,
});

const isContentShaped = shaped<RecordContent>({
  namespace: (value) => typeof value === 'string' && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(value),
  objects: listOf(
    shaped<RecordContent['objects'][number]>({
      object: (value) =>
        shaped({ apiVersion: isName, kind: isName, metadata: shaped({ name: isName, namespace: maybe(isText) }) })(
          value,
        ),
      generated: isFlag,
      version: maybe(isText),
    }),
  ),
  readinessRules: listOf(
    shaped<RecordContent['readinessRules'][number]>({
      group: isText,
      kind: isText,
      inProgress: maybe(isText),
      failed: maybe(isText),
      current: isText,
      source: isText,
    }),
  ),
});

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/** True for what stands in the annotation of a record. */
export function isSummary(value: unknown): value is RecordSummary {
  return isSummaryShaped(value);
}

/** True for what lies packed in a record. */
export function isContent(value: unknown): value is RecordContent {
  return isContentShaped(value);
}

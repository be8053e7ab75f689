import { KapplyError } from '../../errors.js';
import type { KubeObject } from '../../objects/object.js';
import { matchesSelector, parseSelector } from '../../objects/selector.js';
import { keyOfResource } from '../catalog.js';
import { isDraft } from '../draft.js';
import type { Resource } from '../kinds/builtIn.js';
import { badRequest } from '../status.js';
import type { KindKey } from '../store.js';

/** Whether an object is one of those that a list, a watch or a deletion of many asks for. */
export type Selection = (object: KubeObject) => boolean;

export interface SelectionOptions {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

type Read = (object: KubeObject) => string;

const plain = (...paths: readonly string[]): Readonly<Record<string, Read>> =>
  Object.fromEntries(paths.map((path): [string, Read] => [path, (object) => textAt(object, path)]));
/** The zero of a Go type is a value: `false`, `0`. */
const orZero =
  (zero: string, path: string): Read =>
  (object) =>
    textAt(object, path) || zero;

/** What may stand in a field selector besides metadata.name and metadata.namespace: ToSelectableFields of each kind. */
const SELECTABLE: Readonly<Record<KindKey, Readonly<Record<string, Read>>>> = {
  Pod: {
    ...plain('spec.nodeName', 'spec.restartPolicy', 'spec.schedulerName', 'spec.serviceAccountName'),
    ...plain('status.phase', 'status.podIP', 'status.nominatedNodeName'),
    'spec.hostNetwork': orZero('false', 'spec.hostNetwork'),
  },
  Event: {
    ...plain('involvedObject.kind', 'involvedObject.namespace', 'involvedObject.name', 'involvedObject.uid'),
    ...plain('involvedObject.apiVersion', 'involvedObject.resourceVersion', 'involvedObject.fieldPath'),
    ...plain('reason', 'reportingComponent', 'type'),
    source: (event) => textAt(event, 'source.component') || textAt(event, 'reportingComponent'),
  },
  Secret: plain('type'),
  Namespace: plain('status.phase'),
  Node: { 'spec.unschedulable': orZero('false', 'spec.unschedulable') },
  ReplicationController: { 'status.replicas': orZero('0', 'status.replicas') },
  Service: plain('spec.clusterIP', 'spec.type'),
  'batch/Job': { 'status.successful': orZero('0', 'status.succeeded') },
};

/** Throws a BadRequest in the server's words for a selector that is not valid. */
export function selectionOf(resource: Resource, options: SelectionOptions): Selection {
  const labels = labelRequirements(options.labelSelector ?? '');
  const fields = fieldRequirements(resource, options.fieldSelector ?? '');
  if (labels.length === 0 && fields.length === 0) return () => true;
  return (object) =>
    matchesSelector(labels, object.metadata.labels) &&
    fields.every(({ read, value, equal }) => (read(object) === value) === equal);
}

function labelRequirements(selector: string): ReturnType<typeof parseSelector> {
  if (selector.trim() === '') return [];
  try {
    return parseSelector(selector);
  } catch (error) {
    if (!(error instanceof KapplyError)) throw error;
    throw badRequest(`unable to parse requirement: ${error.message}`);
  }
}

interface FieldRequirement {
  readonly read: Read;
  readonly value: string;
  readonly equal: boolean;
}

function fieldRequirements(resource: Resource, selector: string): FieldRequirement[] {
  const own = SELECTABLE[keyOfResource(resource)];
  const known = { ...plain('metadata.name', 'metadata.namespace'), ...own };
  return selector
    .split(/(?<!\\),/)
    .filter((part) => part !== '')
    .map((part) => {
      const match = /^(.*?)(!=|==|=)(.*)$/.exec(part);
      if (match === null) throw badRequest(`invalid selector: '${selector}'; can't understand '${part}'`);
      const [, path = '', operator, value = ''] = match;
      const read = Object.hasOwn(known, path) ? known[path] : undefined;
      if (read === undefined) throw unknownField(path, own !== undefined || resource.definition !== undefined);
      return { read, value: value.replace(/\\(.)/g, '$1'), equal: operator !== '!=' };
    });
}

/** A kind that has fields of its own words it otherwise (apimachinery, runtime.DefaultMetaV1FieldSelectorConversion). */
function unknownField(path: string, hasOwn: boolean): Error {
  return badRequest(
    hasOwn
      ? `field label not supported: ${path}`
      : `"${path}" is not a known field selector: only "metadata.name", "metadata.namespace"`,
  );
}

function textAt(object: KubeObject, path: string): string {
  let value: unknown = object;
  for (const field of path.split('.')) value = isDraft(value) ? value[field] : undefined;
  return value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
}

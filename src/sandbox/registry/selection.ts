import { KapplyError } from '../../errors.js';
import type { KubeObject } from '../../objects/object.js';
import { matchesSelector, parseSelector } from '../../objects/selector.js';
import { isDraft } from '../draft.js';
import type { Resource } from '../kinds/builtIn.js';
import { badRequest } from '../status.js';

/** Whether an object is one of those that a list, a watch or a deletion of many asks for. */
export type Selection = (object: KubeObject) => boolean;

export interface SelectionOptions {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** Fields that may stand in a field selector besides metadata.name and metadata.namespace (the kinds' own, in kubernetes pkg/apis). */
const SELECTABLE: Readonly<Record<string, readonly string[]>> = {
  Pod: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  Event: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  Secret: ['type'],
  Namespace: ['status.phase'],
  Node: ['spec.unschedulable'],
  ReplicationController: ['status.replicas'],
  ReplicaSet: ['status.replicas'],
  Job: ['status.successful'],
  Service: ['spec.clusterIP', 'spec.type'],
};

/** Throws a BadRequest in the server's words for a selector that is not valid. */
export function selectionOf(resource: Resource, options: SelectionOptions): Selection {
  const labels = labelRequirements(options.labelSelector ?? '');
  const fields = fieldRequirements(resource, options.fieldSelector ?? '');
  if (labels.length === 0 && fields.length === 0) return () => true;
  return (object) =>
    matchesSelector(labels, object.metadata.labels) &&
    fields.every(({ path, value, equal }) => (fieldOf(object, path) === value) === equal);
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
  readonly path: string;
  readonly value: string;
  readonly equal: boolean;
}

function fieldRequirements(resource: Resource, selector: string): FieldRequirement[] {
  return selector
    .split(/(?<!\\),/)
    .filter((part) => part !== '')
    .map((part) => {
      const match = /^(.*?)(!=|==|=)(.*)$/.exec(part);
      if (match === null) throw badRequest(`invalid selector: '${selector}'; can't understand '${part}'`);
      const [, path = '', operator, value = ''] = match;
      const known = ['metadata.name', 'metadata.namespace', ...(SELECTABLE[resource.kind] ?? [])];
      if (!known.includes(path)) throw badRequest(`field label not supported: ${path}`);
      return { path, value: value.replace(/\\(.)/g, '$1'), equal: operator !== '!=' };
    });
}

function fieldOf(object: KubeObject, path: string): string {
  let value: unknown = object;
  for (const field of path.split('.')) value = isDraft(value) ? value[field] : undefined;
  return value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * What a finished deploy of a named set leaves of itself: a ConfigMap beside the set's Lease (docs/rollback.md). Its summary is
 * an annotation, so that a list of metadata reads all of them; what was deployed lies packed in `binaryData`.
 */
import { RECORD_ANNOTATION, RECORD_LABEL } from '../../objects/annotations.js';
import type { KubeObject } from '../../objects/object.js';
import { leaseName } from '../lock/leaseName.js';
import type { RecordSummary } from './recorded.js';
import { isSummary } from './shape.js';

export interface DeployRecord extends RecordSummary {
  readonly number: number;
  readonly set: string;
  readonly namespace: string;
  /** Of the ConfigMap. */
  readonly name: string;
  readonly uid: string | undefined;
}

/** `kapply-SET.N`: behind the last dot stands a number, so two sets never have one name. */
export function recordName(set: string, number: number): string {
  return `${leaseName(set)}.${number}`;
}

/** True for a ConfigMap that is a record: no prune takes it for a candidate, and nobody is told that it is unused. */
export function isRecord({ kind, metadata }: KubeObject): boolean {
  return kind === 'ConfigMap' && metadata.labels?.[RECORD_LABEL] !== undefined;
}

/** The ConfigMap without its content. */
export function recordObject(
  { set, namespace, number }: Pick<DeployRecord, 'set' | 'namespace' | 'number'>,
  summary: RecordSummary,
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: recordName(set, number),
      namespace,
      labels: { 'app.kubernetes.io/managed-by': 'kapply', [RECORD_LABEL]: set },
      annotations: { [RECORD_ANNOTATION]: JSON.stringify(summary) },
    },
    immutable: true,
  };
}

/** The record that a ConfigMap is; undefined for a copy under another name, and for what somebody else wrote. */
export function readRecord(object: KubeObject): DeployRecord | undefined {
  const { name, namespace = '', labels, annotations, uid } = object.metadata;
  const set = labels?.[RECORD_LABEL];
  const number = Number(name.slice(name.lastIndexOf('.') + 1));
  if (set === undefined || !Number.isSafeInteger(number) || number < 1 || name !== recordName(set, number))
    return undefined;
  const summary = parseSummary(annotations?.[RECORD_ANNOTATION]);
  return summary === undefined ? undefined : { ...summary, number, set, namespace, name, uid };
}

function parseSummary(text: string | undefined): RecordSummary | undefined {
  if (text === undefined) return undefined;
  try {
    const summary: unknown = JSON.parse(text);
    return isSummary(summary) ? summary : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** True where everything that was deployed ran. */
export function isGood({ state, objects }: RecordSummary): boolean {
  return state === 'deployed' && objects > 0;
}

/** Which deploy's objects it left: a rollback left those of the one that it went back to. */
export function positionOf({ number, backTo }: DeployRecord): number {
  return backTo ?? number;
}

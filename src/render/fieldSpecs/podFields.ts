/** Where the kinds that run pods keep their pod specs, and the field specs for a field of all of these. */
import type { FieldSpec } from './fieldSpec.js';

const POD_SPECS = {
  Pod: 'spec',
  PodTemplate: 'template/spec',
  Deployment: 'spec/template/spec',
  ReplicaSet: 'spec/template/spec',
  ReplicationController: 'spec/template/spec',
  DaemonSet: 'spec/template/spec',
  StatefulSet: 'spec/template/spec',
  Job: 'spec/template/spec',
  CronJob: 'spec/jobTemplate/spec/template/spec',
} as const;

export type PodKind = keyof typeof POD_SPECS;

/** One spec for each field in each kind. `podVersion` is the apiVersion that a bare Pod must have. */
export function podFieldSpecs(kinds: readonly PodKind[], fields: readonly string[], podVersion?: string): FieldSpec[] {
  return kinds.flatMap((kind) =>
    fields.map((field) => ({
      path: `${POD_SPECS[kind]}/${field}`,
      kind,
      create: false,
      ...(kind === 'Pod' && podVersion !== undefined ? { version: podVersion } : {}),
    })),
  );
}

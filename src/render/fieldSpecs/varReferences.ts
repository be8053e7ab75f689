/** Where `$(NAME)` stands for the value of a var (builtinpluginconsts/varreference.go). */
import type { FieldSpec } from './fieldSpec.js';
import { type PodKind, podFieldSpecs } from './podFields.js';

const CONTAINER_FIELDS = ['args', 'command', 'env/value', 'volumeMounts/mountPath'];
const POD_FIELDS = ['containers', 'initContainers'].flatMap((list) =>
  CONTAINER_FIELDS.map((field) => `${list}/${field}`),
);

const kinds: readonly PodKind[] = ['CronJob', 'DaemonSet', 'Deployment', 'Job', 'Pod', 'ReplicaSet', 'StatefulSet'];
const nfsKinds: readonly PodKind[] = ['DaemonSet', 'Deployment', 'Job', 'Pod', 'ReplicaSet'];

function field(path: string, kind?: string): FieldSpec {
  return { path, create: false, ...(kind === undefined ? {} : { kind }) };
}

export const varReferences: readonly FieldSpec[] = [
  ...podFieldSpecs(kinds, POD_FIELDS),
  ...podFieldSpecs(nfsKinds, ['volumes/nfs/server']),
  field('spec/jobTemplate/spec/template/volumes/nfs/server', 'CronJob'),
  field('spec/template/metadata/annotations', 'Deployment'),
  field('spec/rules/host', 'Ingress'),
  field('spec/tls/hosts', 'Ingress'),
  field('spec/tls/secretName', 'Ingress'),
  field('spec/ports/port', 'Service'),
  field('spec/ports/targetPort', 'Service'),
  field('spec/volumeClaimTemplates/spec/nfs/server', 'StatefulSet'),
  field('spec/nfs/server', 'PersistentVolume'),
  field('metadata/labels'),
  field('metadata/annotations'),
];

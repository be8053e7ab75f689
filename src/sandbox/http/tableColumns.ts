import { at, child, children, text } from '../draft.js';
import type { Draft } from '../draft.js';
import { selectorText } from '../kinds/creation.js';
import type { KindKey } from '../store.js';
import { age, duration } from './duration.js';
import { accessModes, count, externalAddress, jobStatus, nodeState, podReason, rolesOf, status } from './tableCells.js';

/** The columns of `kubectl get` (kubernetes pkg/printers/internalversion) of the kinds that people look at around a deploy. */
export interface Column {
  readonly name: string;
  readonly type?: string;
  readonly format?: string;
  /** Shown with -o wide. */
  readonly wide?: boolean;
  readonly cell: (object: Draft, now: number) => unknown;
}

interface Columns {
  /** In place of Name, Age and what is around them. */
  readonly all?: readonly Column[];
  /** Between Name and Age. */
  readonly before?: readonly Column[];
  /** After Age. */
  readonly after?: readonly Column[];
}

const spec = (object: Draft): Draft => child(object, 'spec') ?? {};
const keys = (value: unknown): number => Object.keys(value ?? {}).length;
const number = (name: string, cell: (object: Draft) => unknown): Column => ({ name, type: 'integer', cell });
const string = (name: string, cell: (object: Draft, now: number) => unknown): Column => ({ name, cell });
const wide = (name: string, cell: (object: Draft) => unknown): Column => ({ name, wide: true, cell });
const orNone = (value: string): string => (value === '' ? '<none>' : value);

const containers = wide('Containers', (o) => names(o, 'name'));
const images = wide('Images', (o) => names(o, 'image'));
const selector = wide('Selector', (o) => orNone(selectorText(o)));

function names(object: Draft, field: string): string {
  return children(at(object, 'spec', 'template', 'spec'), 'containers')
    .map((container) => text(container, field))
    .join(',');
}

export const COLUMNS: Readonly<Record<KindKey, Columns>> = {
  ConfigMap: { before: [string('Data', (o) => keys(o['data']) + keys(o['binaryData']))] },
  Secret: { before: [string('Type', (o) => o['type']), string('Data', (o) => keys(o['data']))] },
  Namespace: { before: [string('Status', (o) => status(o)['phase'])] },
  ServiceAccount: {},
  Pod: {
    before: [
      string('Ready', (o) => {
        const all = children(status(o), 'containerStatuses');
        return `${all.filter((s) => s['ready'] === true).length}/${children(spec(o), 'containers').length}`;
      }),
      string('Status', podReason),
      string('Restarts', (o) =>
        String(children(status(o), 'containerStatuses').reduce((sum, s) => sum + count(s['restartCount']), 0)),
      ),
    ],
    after: [
      wide('IP', (o) => orNone(text(status(o), 'podIP'))),
      wide('Node', (o) => orNone(text(spec(o), 'nodeName'))),
      wide('Nominated Node', () => '<none>'),
      wide('Readiness Gates', () => '<none>'),
    ],
  },
  Service: {
    before: [
      string('Type', (o) => spec(o)['type']),
      string('Cluster-IP', (o) => orNone(text(spec(o), 'clusterIP'))),
      string('External-IP', externalAddress),
      string('Port(s)', (o) =>
        orNone(
          children(spec(o), 'ports')
            .map(
              (p) =>
                `${count(p['port'])}${p['nodePort'] === undefined ? '' : `:${count(p['nodePort'])}`}/${text(p, 'protocol')}`,
            )
            .join(','),
        ),
      ),
    ],
    after: [wide('Selector', (o) => orNone(selectorText(o)))],
  },
  PersistentVolumeClaim: {
    before: [
      string('Status', (o) => status(o)['phase']),
      string('Volume', (o) => text(spec(o), 'volumeName')),
      string('Capacity', (o) => text(at(o, 'status', 'capacity'), 'storage')),
      string('Access Modes', (o) => accessModes(status(o)['accessModes'])),
      string('StorageClass', (o) => text(spec(o), 'storageClassName')),
    ],
  },
  Event: {
    all: [
      string('Last Seen', (o, now) => age(text(o, 'lastTimestamp') || text(o, 'eventTime'), now)),
      string('Type', (o) => o['type']),
      string('Reason', (o) => o['reason']),
      string('Object', (o) => {
        const object = child(o, 'involvedObject');
        return `${text(object, 'kind').toLowerCase()}/${text(object, 'name')}`;
      }),
      string('Message', (o) => text(o, 'message').trim()),
      wide('Name', (o) => text(child(o, 'metadata'), 'name')),
    ],
  },
  Node: {
    before: [string('Status', nodeState), string('Roles', (o) => orNone(rolesOf(o).join(',')))],
    after: [string('Version', (o) => text(at(o, 'status', 'nodeInfo'), 'kubeletVersion'))],
  },
  'apps/Deployment': {
    before: [
      string('Ready', (o) => `${count(status(o)['readyReplicas'])}/${count(spec(o)['replicas'])}`),
      number('Up-to-date', (o) => count(status(o)['updatedReplicas'])),
      number('Available', (o) => count(status(o)['availableReplicas'])),
    ],
    after: [containers, images, selector],
  },
  'apps/ReplicaSet': {
    before: [
      number('Desired', (o) => count(spec(o)['replicas'])),
      number('Current', (o) => count(status(o)['replicas'])),
      number('Ready', (o) => count(status(o)['readyReplicas'])),
    ],
    after: [containers, images, selector],
  },
  'apps/StatefulSet': {
    before: [string('Ready', (o) => `${count(status(o)['readyReplicas'])}/${count(spec(o)['replicas'])}`)],
    after: [containers, images],
  },
  'apps/DaemonSet': {
    before: [
      number('Desired', (o) => count(status(o)['desiredNumberScheduled'])),
      number('Current', (o) => count(status(o)['currentNumberScheduled'])),
      number('Ready', (o) => count(status(o)['numberReady'])),
      number('Up-to-date', (o) => count(status(o)['updatedNumberScheduled'])),
      number('Available', (o) => count(status(o)['numberAvailable'])),
      string('Node Selector', (o) =>
        orNone(
          Object.entries(at(o, 'spec', 'template', 'spec', 'nodeSelector') ?? {})
            .map(([k, v]) => `${k}=${String(v)}`)
            .join(','),
        ),
      ),
    ],
    after: [containers, images, selector],
  },
  'batch/Job': {
    before: [
      string('Status', jobStatus),
      string('Completions', (o) => `${count(status(o)['succeeded'])}/${count(spec(o)['completions'] ?? 1)}`),
      string('Duration', (o, now) => {
        const start = text(status(o), 'startTime');
        const end = text(status(o), 'completionTime');
        return start === '' ? '' : duration((end === '' ? now : Date.parse(end)) - Date.parse(start));
      }),
    ],
    after: [containers, images, selector],
  },
  'batch/CronJob': {
    before: [
      string('Schedule', (o) => spec(o)['schedule']),
      string('Timezone', (o) => orNone(text(spec(o), 'timeZone'))),
      string('Suspend', (o) => (spec(o)['suspend'] === true ? 'True' : 'False')),
      number('Active', (o) => children(status(o), 'active').length),
      string('Last Schedule', (o, now) => {
        const last = text(status(o), 'lastScheduleTime');
        return last === '' ? '<none>' : age(last, now);
      }),
    ],
  },
  'networking.k8s.io/Ingress': {
    before: [
      string('Class', (o) => orNone(text(spec(o), 'ingressClassName'))),
      string(
        'Hosts',
        (o) =>
          children(spec(o), 'rules')
            .map((rule) => text(rule, 'host') || '*')
            .join(',') || '*',
      ),
      string('Address', () => ''),
      string('Ports', (o) => (children(spec(o), 'tls').length > 0 ? '80, 443' : '80')),
    ],
  },
};

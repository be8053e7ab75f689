/** The reference table against the API server's own schema, and against kustomize's table: nothing is named that it lacks. */
import assert from 'node:assert/strict';
import { POD_KINDS, podSpecPath, referencesOf, rowsOf } from '../../../src/engine/uses/references.js';
import { REFERENCE_TABLE, type ReferenceRow } from '../../../src/engine/uses/referenceTable.js';
import { parsePath } from '../../../src/engine/uses/fieldPath.js';
import { isBuiltInGroup } from '../../../src/engine/uses/builtInGroups.js';
import type { KubeObject } from '../../../src/objects/object.js';
import { kubernetesSchema } from '../../../src/patch/schema/builtinTables.js';
import { definitionSchema, fieldSchema, itemSchema, type Schema } from '../../../src/patch/schema/schemaTable.js';
import { nameReferences } from '../../../src/render/fieldSpecs/nameReferences.js';

const table = await kubernetesSchema();

/** `GROUP/KIND` → apiVersion of every built-in kind, the newest version of each. */
const VERSIONS: ReadonlyMap<string, string> = new Map(
  Object.keys(table.kinds)
    .filter((type) => !type.endsWith('List'))
    .map((type) => {
      const parts = type.split('/');
      const group = parts.length === 3 ? parts[0]! : '';
      return [`${group}/${parts.at(-1)!}`, parts.slice(0, -1).join('/')] as const;
    }),
);

/** An object in which the row's path leads to the name, with what the row wants beside it. */
function objectNaming(kind: string, row: Pick<ReferenceRow, 'path' | 'where'>, name: string): KubeObject {
  const slash = kind.indexOf('/');
  const group = kind.slice(0, slash);
  const segments = parsePath(row.path);
  const nested = segments.reduceRight<unknown>((value, { field, isList }, at) => {
    const beside = at === segments.length - 1 && row.where !== undefined ? { [row.where.list]: [row.where.has] } : {};
    return { ...beside, [field]: isList ? [value] : value };
  }, name) as { metadata?: object };
  return {
    apiVersion: VERSIONS.get(kind) ?? (group === '' ? 'v1' : `${group}/v1`),
    kind: kind.slice(slash + 1),
    ...nested,
    metadata: { name: 'a', namespace: 'shop', ...nested.metadata },
  };
}

/** Every string field below a schema, by its path. */
function stringsBelow(schema: Schema, path = '', depth = 0): string[] {
  if (depth > 14) return [];
  return Object.keys(schema.properties ?? {}).flatMap((field) => {
    if (path === '' && ['apiVersion', 'kind', 'metadata', 'status'].includes(field)) return [];
    const found = fieldSchema(table, schema, field);
    if (found === undefined) return [];
    const isList = found.type === 'array';
    const inner = isList ? itemSchema(table, found) : found;
    const at = [path, field + (isList ? '[]' : '')].filter((part) => part !== '').join('.');
    if (inner === undefined || inner === schema) return [];
    return inner.type === 'string' ? [at] : stringsBelow(inner, at, depth + 1);
  });
}

/** Kinds whose pod template is that of Pod: its fields are looked through once. */
function isTemplate(kind: string, path: string): boolean {
  const base = podSpecPath(kind.slice(0, kind.indexOf('/')), kind.slice(kind.indexOf('/') + 1));
  return kind !== '/Pod' && base !== undefined && path.startsWith(`${base}.`);
}

const SUSPECT = /(?:^|[a-z.])(?:[nN]ames?|[rR]ef|Account|[sS]ecret|[eE]ndpoints|[cC]onfigMap)(?:\[\])?$/;

/** Fields with such names that name no object, or whose naming is no use. */
const NO_USE: readonly (readonly [fields: RegExp, why: string])[] = [
  [/^\/(Event|Endpoints) |^events.k8s.io|^discovery.k8s.io/, 'written by controllers about what they see'],
  [/^\/PersistentVolume spec\.claimRef\./, 'the other end of the claim, whose volumeName is the use'],
  [
    /^storage.k8s.io\/VolumeAttachment spec\.source\.inlineVolumeSpec\./,
    'a volume of the kubelet, moved to CSI: no PersistentVolume',
  ],
  [/^storage.k8s.io\/(CSINode|CSIStorageCapacity) /, 'a report of a driver'],
  [
    /^resource.k8s.io\/(ResourceSlice|DeviceTaintRule) /,
    'a report of a driver, or what an administrator says of a device',
  ],
  [/^certificates.k8s.io\/PodCertificateRequest /, 'a request of the kubelet, over in a moment'],
  [/^networking.k8s.io\/IPAddress /, 'who was given the address'],
  [/ spec\.(names|scope)\.|^apiextensions.*(versions|additionalPrinterColumns)/, 'names of kinds and columns'],
  [/[rR]esourceRules\[\]\.resourceNames\[\]$/, 'what a policy watches: it works on what there is'],
  [
    /(matchConditions|variables|webhooks|versions|requests|firstAvailable|derivedAttributes|drivers|devices|sharedCounters)\[\]\.name$/,
    'the own name of an item of the list',
  ],
  [
    /(containers|initContainers|ephemeralContainers|env|ports|volumes|httpHeaders|options|sysctls|schedulingGates|resourceClaims|evictionResponders|addresses)\[\]\.name$/,
    'the own name of an item of the list',
  ],
  [
    /(volumeMounts|volumeDevices|claims)\[\]\.name$|targetContainerName$|containerName$|fileKeyRef\.volumeName$|os\.name$|\.port\.name$/,
    'names a part of the same pod or object',
  ],
  [
    /\.?metadata\.(name|generateName|ownerReferences\[\]\.name)$|volumeClaimTemplates?(\[\])?\.status\./,
    'a template says it of what is made of it',
  ],
  [
    /(signerName|driverName|schedulerName|resourceName|extendedResourceName|runAsUserName|gmsaCredentialSpecName|scopeName|shortNames\[\])$/,
    'a name that is no object’s',
  ],
  [
    /(diskName|shareName|pdName|datasetName|initiatorName|storagePolicyName|(scaleIO|storageos)\.volumeName|secretFile)$/,
    'a name outside of Kubernetes',
  ],
  [
    /spec\.(hostname|externalName)$|hostnames?(\[\])?$|\.nodeNames?(\[\])?$|VolumeAttachment spec\.nodeName$/,
    'a host name: found as a string',
  ],
  [/subjects\[\]\.(user|group)\.name$|spec\.username$/, 'users and groups are no objects'],
  [/spec\.metrics\[\]/, 'what is measured: a scaler that lacks a metric goes on with the others'],
];

/** The fields of a kind that could name an object and are not in the table, as `KIND PATH`. */
function unknownFields(kind: string, apiVersion: string): string[] {
  const definition = table.kinds[`${apiVersion}/${kind.slice(kind.indexOf('/') + 1)}`]?.definition;
  const schema = definition === undefined ? undefined : definitionSchema(table, definition);
  const known = new Set(rowsOf(kind).map(({ path }) => path));
  return (schema === undefined ? [] : stringsBelow(schema))
    .filter((path) => SUSPECT.test(path) && !isTemplate(kind, path) && !known.has(path))
    .map((path) => `${kind} ${path}`);
}

/** A name as the row's pattern wants it. */
function madeName({ pattern = 'NAME' }: ReferenceRow): string {
  return pattern.replace('NAME', 'wanted').replace('OWNER', 'a').replace('\\d+', '0');
}

describe('engine/uses/references', () => {
  for (const row of REFERENCE_TABLE) {
    for (const kind of row.from === 'PodSpec' ? POD_KINDS : [row.from]) {
      const rows = row.from === 'PodSpec' ? rowsOf(kind).filter(({ path }) => path.endsWith(`.${row.path}`)) : [row];
      for (const one of rows) {
        it(`finds ${row.to} at ${one.path} of ${kind}${row.pattern === undefined ? '' : `, as ${row.pattern}`}`, () => {
          const found = referencesOf(objectNaming(kind, one, 'wanted')).filter(
            ({ path, kind: target, name }) =>
              path.replace(/\[0\]/g, '[]') === one.path.replace(/\["([^"]+)"\]/g, '.$1') &&
              (row.to === '*' || row.to.endsWith(`/${target}`)) &&
              (row.pattern === undefined ? name === 'wanted' : name instanceof RegExp && name.test(madeName(row))),
          );
          assert.equal(found.length, 1, JSON.stringify(found));
          const [reference] = found;
          if (row.to !== '*') assert.equal(`${reference?.group}/${reference?.kind}`, row.to);
          const places: Readonly<Record<string, string | undefined>> = { cluster: '', any: undefined };
          assert.equal(reference?.namespace, row.namespace in places ? places[row.namespace] : 'shop');
        });
      }
    }
  }

  it('takes the namespace that stands beside a name', () => {
    for (const row of REFERENCE_TABLE.filter(
      ({ from, namespace }) => !['own', 'cluster', 'any'].includes(namespace) && from !== 'PodSpec',
    )) {
      const object = objectNaming(row.from, row, 'wanted');
      const holderPath = parsePath(row.path).slice(0, -1);
      let holder = object as unknown as Record<string, unknown>;
      for (const { field, isList } of holderPath) {
        const next = holder[field] as Record<string, unknown> | Record<string, unknown>[];
        holder = isList ? (next as Record<string, unknown>[])[0]! : (next as Record<string, unknown>);
      }
      holder[row.namespace] = 'elsewhere';
      const [reference] = referencesOf(object);
      assert.equal(reference?.namespace, 'elsewhere', `${row.from} ${row.path}`);
    }
  });

  it('takes the kind that stands beside a name, and its group where one is said', () => {
    const binding = (roleRef: object): KubeObject => ({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'b', namespace: 'shop' },
      roleRef,
    });
    const named = (roleRef: object) => referencesOf(binding(roleRef)).map(({ group, kind }) => [group, kind]);
    const group = 'rbac.authorization.k8s.io';
    assert.deepEqual(named({ apiGroup: group, kind: 'ClusterRole', name: 'r' }), [[group, 'ClusterRole']]);
    assert.deepEqual(named({ kind: 'Role', name: 'r' }), [[group, 'Role']]);
    assert.deepEqual(named({ kind: 'ClusterRole', name: 'r' }), [[undefined, 'ClusterRole']]);
  });

  it('reads a CSI parameter with a template as a pattern', () => {
    const [reference] = referencesOf({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'fast' },
      parameters: {
        'csi.storage.k8s.io/node-stage-secret-name': 'luks-${pvc.name}',
        'csi.storage.k8s.io/node-stage-secret-namespace': '${pvc.namespace}',
      },
    });
    assert.ok(reference?.name instanceof RegExp);
    assert.deepEqual(
      ['luks-data', 'luks-', 'x-luks-data'].map((name) => (reference.name as RegExp).test(name)),
      [true, false, false],
    );
    assert.equal(reference.namespace, undefined);
  });

  // The schema is that of the API server: a place that a new version of Kubernetes adds is missed here, not in a cluster.
  describe('has every field of Kubernetes that could name an object, or a reason why not', () => {
    for (const [kind, apiVersion] of VERSIONS) {
      it(kind, () => {
        const missing = unknownFields(kind, apiVersion).filter(
          (field) => !NO_USE.some(([fields]) => fields.test(field)),
        );
        assert.deepEqual(missing, []);
      });
    }

    it('and no reason that nothing needs', () => {
      const all = [...VERSIONS].flatMap(([kind, apiVersion]) => unknownFields(kind, apiVersion));
      assert.ok(all.length > 150, String(all.length));
      const needed = new Set(all.map((field) => NO_USE.find(([fields]) => fields.test(field))));
      assert.deepEqual(
        NO_USE.filter((one) => !needed.has(one)).map(([fields]) => fields.source),
        [],
      );
    });
  });

  it('names fields that the schema has', () => {
    for (const row of REFERENCE_TABLE) {
      if (row.from === 'PodSpec' || !isBuiltInGroup(row.from.slice(0, row.from.indexOf('/')))) continue;
      const apiVersion = VERSIONS.get(row.from);
      assert.ok(apiVersion !== undefined, row.from);
      if (/parameters|annotations|volumeClaimTemplates\[\]\.metadata/.test(row.path)) continue;
      const { definition = '' } = table.kinds[`${apiVersion}/${row.from.slice(row.from.indexOf('/') + 1)}`] ?? {};
      assert.ok(stringsBelow(definitionSchema(table, definition)!).includes(row.path), `${row.from} ${row.path}`);
    }
  });

  it('has the pod spec where the schema has it, in every kind that has one', () => {
    for (const [kind, apiVersion] of VERSIONS) {
      const [group = '', name = ''] = kind.split('/');
      const { definition } = table.kinds[`${apiVersion}/${name}`] ?? {};
      const schema = definition === undefined ? undefined : definitionSchema(table, definition);
      const [container] =
        schema === undefined ? [] : stringsBelow(schema).filter((path) => /(^|\.)containers\[\]\.image$/.test(path));
      const expected = container?.slice(0, -'.containers[].image'.length);
      assert.equal(podSpecPath(group, name), expected, kind);
    }
  });

  // kustomize renames references to what it renames: two tables, since its own must stay as it is, byte for byte.
  it('has what the table of kustomize has', () => {
    const lacking: string[] = [];
    for (const { kind: target = '', referrers } of nameReferences) {
      for (const { kind = '', path, group } of referrers) {
        const known = [...VERSIONS.keys(), 'serving.knative.dev/Service'].filter(
          (key) => key.endsWith(`/${kind}`) && (group === undefined || key.startsWith(`${group}/`)),
        );
        const dotted = path
          .split(/(?<!\\)\//)
          .map((part) => part.replaceAll('\\/', '/'))
          .join('.');
        const isThere = known.some((key) =>
          rowsOf(key).some(
            (row) =>
              (row.to.endsWith(`/${target}`) || row.kindBeside === true) &&
              [dotted, `${dotted}.name`].includes(row.path.replace(/\[\]/g, '')),
          ),
        );
        if (!isThere) lacking.push(`${target} at ${kind} ${dotted}`);
      }
    }
    assert.deepEqual(
      [...new Set(lacking)].filter((one) => !KUSTOMIZE_ONLY.some(([pattern]) => pattern.test(one))),
      [],
    );
  });

  const KUSTOMIZE_ONLY: readonly (readonly [entry: RegExp, why: string])[] = [
    [/annotations/, 'an annotation is read as a string, whatever its name'],
    [
      /(ConfigMap|Secret) at ClusterRole rules.resourceNames/,
      'without a namespace: names with a hash are found as strings',
    ],
    [/backend\.serviceName|spec\.backend\./, 'networking.k8s.io/v1beta1, gone since Kubernetes 1.22'],
    [/at Service spec\.template/, 'Knative: a custom resource, read as strings'],
    [/webhooks\.clientConfig\.service$/, 'the same as webhooks[].clientConfig.service.name'],
  ];

  it('survives what is no pod spec', () => {
    for (const spec of [
      null,
      'x',
      3,
      [],
      { containers: 'x', volumes: [null, 1, { configMap: 'x' }] },
      { imagePullSecrets: [{ name: 3 }] },
    ]) {
      assert.deepEqual(referencesOf({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec }), []);
    }
  });

  it('finds nothing in a kind of another group', () => {
    const object = objectNaming('x.example.com/Pod', { path: 'spec.imagePullSecrets[].name' }, 'a');
    assert.deepEqual(referencesOf(object), []);
  });
});

import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/objects/object.js';
import { POD_SPEC_PATHS, podSpecPath, referencesOf, REFERRING_KINDS } from '../../../src/engine/uses/references.js';
import { kubernetesSchema } from '../../../src/patch/schema/builtinTables.js';
import { definitionSchema, fieldSchema, itemSchema, type Schema } from '../../../src/patch/schema/schemaTable.js';

const table = await kubernetesSchema();

/** An object in which the path leads to the name: `a[].b` is `{a: [{b: NAME}]}`. */
function nested(path: string, name: string): object {
  return path.split('.').reduceRight<unknown>((value, segment) => {
    const isList = segment.endsWith('[]');
    return { [isList ? segment.slice(0, -2) : segment]: isList ? [value] : value };
  }, name) as object;
}

const PATHS: Readonly<Record<string, string>> = {
  'v1 Pod': 'spec',
  'v1 PodTemplate': 'template.spec',
  'v1 ReplicationController': 'spec.template.spec',
  'apps/v1 Deployment': 'spec.template.spec',
  'apps/v1 StatefulSet': 'spec.template.spec',
  'apps/v1 DaemonSet': 'spec.template.spec',
  'apps/v1 ReplicaSet': 'spec.template.spec',
  'batch/v1 Job': 'spec.template.spec',
  'batch/v1 CronJob': 'spec.jobTemplate.spec.template.spec',
};

function objectOf(type: string, path: string, name: string): KubeObject {
  const [apiVersion = '', kind = ''] = type.split(' ');
  return { apiVersion, kind, metadata: { name: 'a', namespace: 'shop' }, ...nested(path, name) };
}

/** Every path below a schema at which an object of one of these definitions, or a field of one of these names, stands. */
function pathsTo(schema: Schema, isIt: (schema: Schema, field: string) => boolean, path = '', depth = 0): string[] {
  if (depth > 9) return [];
  return Object.keys(schema.properties ?? {}).flatMap((field) => {
    const found = fieldSchema(table, schema, field);
    if (found === undefined) return [];
    const isList = found.type === 'array';
    const inner = isList ? itemSchema(table, found) : found;
    const at = [path, field + (isList ? '[]' : '')].filter((part) => part !== '').join('.');
    return [
      ...(isIt(found, field) || (inner !== undefined && isIt(inner, field)) ? [at] : []),
      ...(inner === undefined ? [] : pathsTo(inner, isIt, at, depth + 1)),
    ];
  });
}

describe('engine/uses/references', () => {
  for (const [type, base] of Object.entries(PATHS)) {
    describe(type, () => {
      for (const { kind, path } of POD_SPEC_PATHS) {
        it(`finds a ${kind} at ${path}`, () => {
          const [reference, ...more] = referencesOf(objectOf(type, `${base}.${path}`, 'wanted'));
          assert.deepEqual(more, []);
          assert.equal(reference?.kind, kind);
          assert.equal(reference.name, 'wanted');
          const expected = `${base}.${path}`.replaceAll('[]', '[0]');
          assert.ok(expected.startsWith(reference.path) || reference.path === expected, reference.path);
        });
      }
    });
  }

  for (const [type, path] of [
    ['v1 ServiceAccount', 'secrets[].name'],
    ['v1 ServiceAccount', 'imagePullSecrets[].name'],
    ['networking.k8s.io/v1 Ingress', 'spec.tls[].secretName'],
  ] as const) {
    it(`finds the Secret of a ${type} at ${path}`, () => {
      const found = referencesOf(objectOf(type, path, 'wanted'));
      assert.deepEqual(
        found.map(({ kind, name }) => [kind, name]),
        [['Secret', 'wanted']],
      );
    });
  }

  // The schema is that of the API server: a place that a new version of Kubernetes adds is missed here, not in a cluster.
  describe('has every place of a PodSpec', () => {
    const podSpec = definitionSchema(table, 'io.k8s.api.core.v1.PodSpec');
    assert.ok(podSpec);
    const known = new Set(POD_SPEC_PATHS.map(({ path }) => path));
    const suspects = pathsTo(
      podSpec,
      (_, field) => /(secret|configmap)/i.test(field) || field === 'claimName' || field === 'serviceAccountName',
    );

    it('that speaks of a Secret or a ConfigMap', () => {
      assert.ok(suspects.length >= 20, String(suspects.length));
      const unknown = suspects.filter(
        (path) => ![...known].some((one) => one === path || one.startsWith(`${path}.`) || one.startsWith(`${path}[`)),
      );
      // A key or a mode within something known, and nothing else.
      const within = unknown.filter((path) => ![...known].some((one) => path.startsWith(one.replace(/\.[^.]+$/, '.'))));
      // A file on the node.
      assert.deepEqual(within, ['volumes[].cephfs.secretFile']);
    });
  });

  it('has the pod spec where the schema has it, in every kind that has one', () => {
    const kinds = Object.entries(table.kinds).flatMap(([type, { definition }]) => {
      const schema = definition === undefined ? undefined : definitionSchema(table, definition);
      if (schema === undefined || type.endsWith('List')) return [];
      const paths = pathsTo(
        schema,
        (found) => found === definitionSchema(table, 'io.k8s.api.core.v1.PodSpec') || hasContainers(found),
      );
      const [path] = paths.filter((one) => !one.includes('[]'));
      return path === undefined ? [] : [[type, path] as const];
    });
    for (const [type, path] of kinds) {
      const parts = type.split('/');
      const kind = parts.at(-1)!;
      const group = parts.length === 3 ? parts[0]! : '';
      assert.equal(podSpecPath(group, kind), path, type);
    }
    assert.equal(kinds.length, Object.keys(PATHS).length);
  });

  function hasContainers(schema: Schema): boolean {
    const fields = schema.properties ?? {};
    return 'containers' in fields && 'volumes' in fields && 'restartPolicy' in fields;
  }

  it('counts what refers among the kinds without which nothing is known', () => {
    const kinds = [...Object.keys(PATHS), 'v1 ServiceAccount', 'networking.k8s.io/v1 Ingress'].map((type) => {
      const [apiVersion = '', kind = ''] = type.split(' ');
      return `${apiVersion.includes('/') ? apiVersion.split('/')[0]! : ''}/${kind}`;
    });
    assert.deepEqual([...REFERRING_KINDS].sort(), kinds.sort());
  });

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
    assert.deepEqual(referencesOf(objectOf('x.example.com/v1 Pod', 'spec.imagePullSecrets[].name', 'a')), []);
  });
});

import fc from 'fast-check';
import { emitYaml } from '../../src/render/yaml/emit.js';
import type { Files } from '../render/oracle.js';
import {
  anything,
  container,
  fields,
  IMAGES,
  kubeObject,
  labels,
  list,
  name,
  namespace,
  text,
  type Fields,
  type Value,
} from './objects.js';

const KINDS = [
  'Deployment',
  'StatefulSet',
  'Service',
  'ConfigMap',
  'Secret',
  'ServiceAccount',
  'Widget',
  'Pod',
  'CronJob',
  'ClusterRole',
] as const;
const kind = fc.constantFrom(...KINDS);

const selector = fields({
  kind: fc.oneof(kind, fc.constant('Deploy.*')),
  name: fc.oneof(name, fc.constantFrom('we.*', '.*', 'p-web', 'web-s')),
  namespace: fc.oneof(namespace, fc.constant('ns.')),
  group: fc.constantFrom('apps', 'example.com'),
  version: fc.constant('v1'),
  labelSelector: fc.constantFrom('app=web', 'app in (web,db)', '!tier', 'tier'),
  annotationSelector: fc.constantFrom('app=web', 'note'),
});

/** A part of a kustomization that names objects of the tree is made once these are known. */
type Made<Part> = (objects: readonly Fields[]) => Part;

const fixed =
  <Part>(part: Part): Made<Part> =>
  () =>
    part;

/** Mostly one of the objects, at times one that is not there. */
const someObject: fc.Arbitrary<Made<Fields>> = fc
  .option(fc.nat({ max: 20 }), { freq: 20 })
  .map((index) => (objects) => {
    const object = index === null ? undefined : objects[index % Math.max(objects.length, 1)];
    return object ?? { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'p-web' } };
  });

function nameOf({ metadata }: Fields): Fields {
  const { name: objectName = '', namespace: objectNamespace } = metadata as Fields;
  return { name: objectName, ...(objectNamespace !== undefined && { namespace: objectNamespace }) };
}

const mergeBody = fields({
  metadata: fields({ labels, annotations: labels, namespace }),
  spec: fields({
    replicas: fc.constantFrom<Value>(5, null),
    template: fields({
      metadata: fields({ labels, annotations: fc.oneof<fc.Arbitrary<Value>[]>(labels, fc.constant(null)) }),
      spec: fields({
        containers: list(
          fc.oneof(
            container,
            fc.constantFrom('main', 'side').map((key): Fields => ({ name: key, $patch: 'delete' })),
          ),
          2,
        ),
        volumes: list(
          fc.constantFrom<Value>({ name: 'v', emptyDir: {} }, { name: 'w', $patch: 'delete' }, { $patch: 'replace' }),
          2,
        ),
      }),
    }),
    ports: list(fc.constantFrom<Value>({ port: 80, name: 'n' }, { port: 443, $patch: 'delete' }), 2),
    name: anything,
    value: anything,
  }),
  data: fc.dictionary(
    fc.constantFrom('k', 'l', 'm', 'name'),
    fc.oneof<fc.Arbitrary<Value>[]>(text, fc.constantFrom<Value>(null, 1, true)),
    { noNullPrototype: true },
  ),
  $patch: fc.constantFrom('delete', 'replace', 'merge'),
});

/** As kustomize would write it, or within braces and with every string in quotes: a value keeps the quotes of the one before it. */
type Style = 'block' | 'json';
const style = fc.constantFrom<Style>('block', 'block', 'json');

function written(value: Value, as: Style): string {
  return as === 'json' ? `${JSON.stringify(value)}\n` : emitYaml(value);
}

/** A strategic merge patch as text. */
const mergePatch: fc.Arbitrary<Made<string>> = fc
  .tuple(someObject, mergeBody, style)
  .map(([target, body, as]) => (objects) => {
    const { apiVersion = '', kind: objectKind = '', metadata = {} } = target(objects);
    const patchBody = {
      ...body,
      apiVersion,
      kind: objectKind,
      metadata: { ...(body.metadata as Fields | undefined), ...nameOf({ metadata }) },
    };
    return written(patchBody, as);
  });

const POINTERS = [
  '/metadata/labels/app',
  '/metadata/annotations/x.io~1y',
  '/metadata/annotations',
  '/spec/replicas',
  '/spec/template/spec/containers/0/image',
  '/spec/template/spec/containers/0/env/-',
  '/spec/template/spec/containers/-',
  '/spec/template/spec/containers/1',
  '/data/k',
  '/spec/name',
  '/spec',
  '/metadata/name',
] as const;
const pointer = fc.constantFrom(...POINTERS);
const jsonPatch = fc.array(
  fc.oneof(
    fields(
      {
        op: fc.constantFrom('add', 'replace', 'test'),
        path: pointer,
        value: fc.oneof<fc.Arbitrary<Value>[]>(text, anything),
      },
      ['op', 'path', 'value'],
    ),
    fields({ op: fc.constant('remove'), path: pointer }, ['op', 'path']),
    fields({ op: fc.constantFrom('move', 'copy'), from: pointer, path: pointer }, ['op', 'from', 'path']),
  ),
  { minLength: 1, maxLength: 2 },
);

const patch: fc.Arbitrary<Made<Value>> = fc.oneof(
  fc
    .tuple(mergePatch, fc.option(selector, { freq: 2 }))
    .map(([made, target]) => (objects: readonly Fields[]): Value => ({
      patch: made(objects),
      ...(target && { target }),
    })),
  fc
    .tuple(jsonPatch, selector, fc.boolean())
    .map(([body, target, json]) => fixed<Value>({ patch: json ? JSON.stringify(body) : emitYaml(body), target })),
  fc
    .tuple(mergePatch, selector, fields({ allowNameChange: fc.boolean(), allowKindChange: fc.boolean() }))
    .map(([made, target, options]) => (objects: readonly Fields[]): Value => ({
      patch: made(objects),
      target,
      options,
    })),
);

/** An entry of patchesJson6902: for one object, by its name. */
const json6902: fc.Arbitrary<Made<Value>> = fc.tuple(someObject, jsonPatch).map(([made, body]) => (objects) => {
  const { apiVersion = '', kind: objectKind = '', metadata = {} } = made(objects);
  const [version = '', group = ''] = (apiVersion as string).split('/').reverse();
  return { target: { group, version, kind: objectKind, ...nameOf({ metadata }) }, patch: emitYaml(body) };
});

const FIELD_PATHS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.labels.app',
  'metadata.annotations.[x.io/y]',
  'spec.template.spec.containers.[name=main].image',
  'spec.template.spec.containers.*.image',
  'spec.template.spec.containers.0.name',
  'spec.template.metadata.labels.app',
  'spec.replicas',
  'data.k',
  'spec.name',
  'spec.ports.[port=443].name',
] as const;
const fieldPath = fc.constantFrom(...FIELD_PATHS);
const pathOptions = fields({
  delimiter: fc.constantFrom(':', '/', '-', '.'),
  index: fc.integer({ min: -1, max: 2 }),
  create: fc.boolean(),
});
const replacement: fc.Arbitrary<Made<Value>> = fc
  .tuple(
    someObject,
    fields({
      fieldPath,
      options: fields({ delimiter: fc.constantFrom(':', '-'), index: fc.integer({ min: 0, max: 1 }) }),
    }),
    fc.array(
      fields({ select: selector, reject: list(selector, 1), fieldPaths: list(fieldPath, 2, 1), options: pathOptions }, [
        'select',
        'fieldPaths',
      ]),
      {
        minLength: 1,
        maxLength: 2,
      },
    ),
  )
  .map(([source, from, targets]) => (objects) => {
    const object = source(objects);
    return { source: { kind: object.kind ?? '', ...nameOf(object), ...from }, targets };
  });

/** Into a text of YAML or JSON, wherever one stands. */
const TEXT_PATHS = [
  'data.k.k',
  'data.k.new.a',
  'data.l.n',
  'data.l.list.0',
  'stringData.k.k',
  'metadata.annotations.note.k',
];
const textReplacement: fc.Arbitrary<Made<Value>> = fields(
  {
    sourceValue: fc.oneof(text, fc.constantFrom('5', '0777', 'null')),
    targets: list(
      fields(
        {
          select: selector,
          fieldPaths: list(fc.constantFrom(...TEXT_PATHS), 2, 1),
          options: fields({
            create: fc.boolean(),
            delimiter: fc.constantFrom(':', ' '),
            index: fc.integer({ min: -1, max: 2 }),
          }),
        },
        ['select', 'fieldPaths'],
      ),
      1,
      1,
    ),
  },
  ['sourceValue', 'targets'],
).map((made) => fixed<Value>(made));

const generator = fields(
  {
    name: fc.constantFrom('cfg', 'conf', 'web', 'db'),
    namespace,
    behavior: fc.oneof({ arbitrary: fc.constant('create'), weight: 10 }, fc.constantFrom('merge', 'replace')),
    literals: fc.uniqueArray(fc.constantFrom('k=v', 'k=on', 'l="q"', 'l=a: b', 'm=', "n='x y'", 'o=a=b'), {
      maxLength: 3,
    }),
    files: fc.uniqueArray(fc.constantFrom('text.txt', 'key=text.txt', 'bin=data.bin'), { maxLength: 2 }),
    envs: fc.constantFrom<Value>([], ['vars.env']),
    options: fields({ labels, annotations: labels, immutable: fc.boolean(), disableNameSuffixHash: fc.boolean() }),
  },
  ['name'],
);

const image = fields(
  {
    name: fc.constantFrom('nginx', 'repo/app', 'reg:5000/x/y', ...IMAGES.slice(0, 2)),
    newName: fc.constantFrom('other', 'reg:5000/z'),
    newTag: fc.constantFrom('v9', '1.0'),
    digest: fc.constant('sha256:ffff'),
    tagSuffix: fc.constant('-s'),
  },
  ['name'],
);

const variable: fc.Arbitrary<Made<Value>> = fc
  .tuple(fc.constantFrom('VAR', 'OTHER'), someObject, fc.option(fieldPath, { freq: 1 }))
  .map(([key, from, path]) => (objects) => {
    const object = from(objects);
    return {
      name: key,
      objref: { apiVersion: object.apiVersion ?? '', kind: object.kind ?? '', ...nameOf(object) },
      ...(path !== null && { fieldref: { fieldpath: path } }),
    };
  });

const SCALED = ['Deployment', 'StatefulSet'];
const replica: fc.Arbitrary<Made<Value>> = fc
  .tuple(someObject, fc.integer({ min: 0, max: 9 }))
  .map(([from, count]) => (objects) => {
    const scaled = objects.filter((object) => SCALED.includes(object.kind as string));
    return { name: nameOf(from(scaled)).name ?? '', count };
  });

const labelEntry = fields(
  {
    pairs: labels,
    includeSelectors: fc.boolean(),
    includeTemplates: fc.boolean(),
    fields: fc.constant([{ path: 'spec/labels', create: true, kind: 'Widget' }]),
  },
  ['pairs'],
);

function several(part: fc.Arbitrary<Made<Value>>, maxLength: number): fc.Arbitrary<Made<Value>> {
  return fc.array(part, { minLength: 1, maxLength }).map((parts) => (objects) => parts.map((made) => made(objects)));
}

function plain(part: fc.Arbitrary<Value>): fc.Arbitrary<Made<Value>> {
  return part.map(fixed);
}

/** The fields of a kustomization besides what it takes in. */
const FIELDS: Record<string, fc.Arbitrary<Made<Value>>> = {
  namespace: plain(namespace),
  namePrefix: plain(fc.constantFrom('p-', 'q-')),
  nameSuffix: plain(fc.constantFrom('-s')),
  labels: plain(list(labelEntry, 2, 1)),
  commonLabels: plain(labels),
  commonAnnotations: plain(labels),
  configMapGenerator: plain(list(generator, 2, 1)),
  secretGenerator: plain(
    list(
      fc.tuple(generator, fc.boolean()).map(([args, typed]): Fields => (typed ? { ...args, type: 'x.io/y' } : args)),
      2,
      1,
    ),
  ),
  generatorOptions: plain(
    fields({ labels, annotations: labels, disableNameSuffixHash: fc.boolean(), immutable: fc.boolean() }),
  ),
  patches: several(patch, 2),
  patchesStrategicMerge: several(mergePatch, 1),
  images: plain(list(image, 2, 1)),
  patchesJson6902: several(json6902, 1),
  replicas: several(replica, 2),
  replacements: several(fc.oneof(replacement, textReplacement), 2),
  vars: several(variable, 1),
  sortOptions: plain(
    fc.constantFrom<Value>(
      { order: 'fifo' },
      { order: 'legacy' },
      { order: 'legacy', legacySortOptions: { orderFirst: ['Service'], orderLast: ['ConfigMap'] } },
    ),
  ),
  buildMetadata: plain(fc.subarray(['managedByLabel', 'originAnnotations', 'transformerAnnotations'])),
};

interface Layer {
  readonly objects: readonly Fields[];
  /** How each of them is written, in turns. */
  readonly styles: readonly Style[];
  readonly own: Readonly<Record<string, Made<Value>>>;
  /** Of which list its objects are the items, if of any. */
  readonly list: string | null;
}

/** Most layers have few of the fields, so that not all of them are refused. */
function layer(minObjects: number, maxObjects: number): fc.Arbitrary<Layer> {
  const chosen = fc.subarray(Object.keys(FIELDS), { maxLength: 3 }).chain((names) =>
    fc.record(Object.fromEntries(names.map((field) => [field, FIELDS[field] as fc.Arbitrary<Made<Value>>])), {
      noNullPrototype: true,
    }),
  );
  return fc.record(
    {
      objects: fc.array(kubeObject, { minLength: minObjects, maxLength: maxObjects }),
      styles: fc.array(style, { minLength: 1, maxLength: 2 }),
      own: chosen,
      list: fc.constantFrom(null, null, null, null, null, 'List', 'WidgetList'),
    },
    { noNullPrototype: true },
  );
}

interface Takes {
  readonly resources?: readonly string[];
  readonly components?: readonly string[];
  /** The objects that come out of these. */
  readonly inherited?: readonly Fields[];
}

function layerFiles(
  folder: string,
  { objects, styles, own, list: listKind }: Layer,
  takes: Takes,
  component = false,
): Record<string, string | Uint8Array> {
  const resources = [...(objects.length > 0 ? ['objects.yaml'] : []), ...(takes.resources ?? [])];
  const known = [...objects, ...(takes.inherited ?? [])];
  const content: Fields = {
    ...(component && { apiVersion: 'kustomize.config.k8s.io/v1alpha1', kind: 'Component' }),
    ...(resources.length > 0 && { resources }),
    ...(takes.components && { components: takes.components }),
    ...Object.fromEntries(Object.entries(own).map(([field, made]) => [field, made(known)])),
  };
  return {
    [`${folder}/kustomization.yaml`]: emitYaml(content),
    ...(objects.length > 0 && {
      [`${folder}/objects.yaml`]:
        listKind === null
          ? objects.map((object, index) => written(object, styles[index % styles.length] ?? 'block')).join('---\n')
          : written({ apiVersion: 'v1', kind: listKind, items: [...objects] }, styles[0] ?? 'block'),
    }),
    [`${folder}/text.txt`]: 'hello\nworld\n',
    [`${folder}/data.bin`]: Uint8Array.of(0xff, 0, 1),
    [`${folder}/vars.env`]: 'E=1\n# comment\nF="x y"\nG\n',
  };
}

/**
 * Trees of kustomizations: an `overlay` over one or two bases, with a component at times. What they say is mostly sensible and
 * at times refused.
 */
export const kustomizationTree: fc.Arbitrary<Files> = fc
  .tuple(
    layer(1, 4),
    fc.option(layer(1, 2), { nil: undefined }),
    fc.option(layer(0, 1), { nil: undefined }),
    layer(0, 1),
  )
  .map(([base, other, component, overlay]) => {
    const inherited = [...base.objects, ...(other?.objects ?? [])];
    return {
      ...layerFiles('base', base, {}),
      ...(other && layerFiles('other', other, {})),
      ...(component && layerFiles('component', component, { inherited }, true)),
      ...layerFiles('overlay', overlay, {
        resources: other ? ['../base', '../other'] : ['../base'],
        ...(component && { components: ['../component'] }),
        inherited,
      }),
    };
  });

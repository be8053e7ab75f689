import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import type { Json } from '../../src/objects/object.js';
import { applyJsonPatch } from '../../src/patch/jsonPatch.js';
import { applyMergePatch } from '../../src/patch/mergePatch.js';
import { goRegExp, loadPatterns } from '../../src/objects/regexp/goRegexp.js';
import { readManifests } from '../../src/render/manifests/manifests.js';
import { renderText } from '../../src/render/render.js';
import { readTrees, readYaml } from '../../src/render/yaml/read.js';
import { CANARY, fuzz, mutated, mutatedText } from './fuzz.js';

const OBJECTS = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', labels: { app: 'web' }, annotations: { a: '1' } },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: {
          containers: [
            {
              name: 'app',
              image: 'web:1',
              args: ['$(X)'],
              ports: [{ containerPort: 80, protocol: 'TCP' }],
              env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'cfg', key: 'k' } } }],
            },
          ],
          volumes: [{ name: 'v', secret: { secretName: 'sec' } }],
        },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'plain' },
    data: { k: 'a: 1\nb: [x, y]\n', j: '{"a": {"b": 1}}' },
  },
  {
    apiVersion: 'v1',
    kind: 'List',
    items: [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'svc' }, spec: { ports: [{ port: 80 }] } }],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'rb' },
    subjects: [{ kind: 'ServiceAccount', name: 'default' }],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
  },
];

const JSON_PATCH = [
  { op: 'add', path: '/spec/x', value: { a: [1] } },
  { op: 'copy', from: '/spec', path: '/spec/y' },
  { op: 'replace', path: '/metadata/name', value: 'z' },
  { op: 'move', from: '/spec/x', path: '/metadata/labels/q' },
  { op: 'test', path: '/kind', value: 'Deployment' },
  { op: 'remove', path: '/spec/y/replicas' },
];

/** Every field that a kustomization can have, in kustomizations that render. */
const KUSTOMIZATIONS = [
  {
    resources: ['o.yaml', 'sub'],
    namespace: 'ns',
    namePrefix: 'p-',
    nameSuffix: '-s',
    commonLabels: { team: 'a' },
    commonAnnotations: { note: 'x' },
    labels: [
      { pairs: { l: 'm' }, includeSelectors: true, fields: [{ path: 'spec/x', create: true, kind: 'Deployment' }] },
    ],
    configMapGenerator: [
      { name: 'cfg', literals: ['k=v'], files: ['f=file.txt'], envs: ['e.env'], options: { labels: { a: 'b' } } },
    ],
    secretGenerator: [{ name: 'sec', type: 'Opaque', literals: ['k=v'] }],
    generatorOptions: { disableNameSuffixHash: false, immutable: true },
    images: [{ name: 'web', newName: 'w', newTag: '2' }],
    replicas: [{ name: 'web', count: 3 }],
    buildMetadata: ['originAnnotations'],
    sortOptions: { order: 'legacy', legacySortOptions: { orderFirst: ['Namespace'], orderLast: [] } },
  },
  {
    resources: ['o.yaml'],
    patches: [
      { target: { kind: 'Deployment', name: 'w.*' }, patch: JSON.stringify(JSON_PATCH) },
      {
        patch: JSON.stringify({
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'web' },
          spec: { replicas: 5 },
        }),
      },
      { path: 'p.yaml', target: { labelSelector: 'app in (web)' }, options: { allowNameChange: true } },
    ],
    patchesStrategicMerge: ['p.yaml'],
    patchesJson6902: [
      {
        target: { version: 'v1', kind: 'ConfigMap', name: 'plain' },
        patch: '[{"op":"add","path":"/data/z","value":"1"}]',
      },
    ],
  },
  {
    resources: ['o.yaml'],
    replacements: [
      {
        source: {
          kind: 'Deployment',
          name: 'web',
          fieldPath: 'spec.template.spec.containers.[name=app].image',
          options: { delimiter: ':', index: 0 },
        },
        targets: [
          {
            select: { kind: 'ConfigMap', name: 'plain' },
            fieldPaths: ['data.k.b.0', 'data.new'],
            options: { create: true },
          },
          {
            select: { kind: '.*' },
            reject: [{ name: 'w.*' }],
            fieldPaths: ['metadata.annotations.x'],
            options: { create: true },
          },
        ],
      },
      {
        sourceValue: 'v',
        targets: [{ select: { kind: 'Deployment' }, fieldPaths: ['spec.template.spec.containers.*.args.0'] }],
      },
      { path: 'r.yaml' },
    ],
    vars: [
      {
        name: 'X',
        objref: { kind: 'Deployment', name: 'web', apiVersion: 'apps/v1' },
        fieldref: { fieldpath: 'metadata.name' },
      },
    ],
    components: ['comp'],
    configurations: ['c.yaml'],
    crds: ['crd.json'],
    openapi: { version: 'v1.21.2' },
    transformers: ['t.yaml'],
    generators: ['g.yaml'],
    validators: [],
  },
];

const TEXTS = [
  'a: &a {b: [1, "x", ~]}\nc: *a\n<<: *a\nd: |\n  text\n   more\ne: >-\n  folded\n  text\n? complex\n: value\n',
  '%YAML 1.1\n---\n!!map {a: !!str 1, b: !!binary aGk=}\n...\n---\n- 1\n-\n  - 0x1F\n  - 2001-01-01\n# end\n',
  JSON.stringify(OBJECTS),
  "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  \"q\\u00e9\\n\": 'it''s'\n",
];

describe('fuzzing of what is rendered', () => {
  let folder = '';
  let root = '';
  const write = (name: string, content: unknown): void =>
    writeFileSync(join(root, name), typeof content === 'string' ? content : JSON.stringify(content ?? null));
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'kapply-fuzz-'));
    root = join(folder, 'root');
    for (const name of ['root', 'root/sub', 'root/comp']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'secret.txt'), `k=${CANARY}\n`);
    symlinkSync('../secret.txt', join(root, 'link.txt'));
    write('file.txt', 'text\n');
    write('e.env', 'A=b\n# c\nD=e\n');
    write('sub/kustomization.yaml', 'resources: []\nconfigMapGenerator: [{name: below, literals: [a=b]}]\n');
    write('comp/kustomization.yaml', 'kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\n');
  });
  after(() => rmSync(folder, { recursive: true }));

  const render = async (files: Readonly<Record<string, unknown>>): Promise<string> => {
    for (const [name, content] of Object.entries(files)) write(name, content);
    const { text } = await renderText('.', { cwd: root, remote: false, environment: {}, budget: 0.05 });
    return text;
  };
  const USUAL = {
    'o.yaml': OBJECTS.map((object) => JSON.stringify(object)).join('\n---\n'),
    'p.yaml': {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { template: { spec: { containers: [{ name: 'app', image: 'x' }] } } },
    },
    'r.yaml': {
      source: { kind: 'ConfigMap', name: 'plain', fieldPath: 'data' },
      targets: [{ select: { kind: 'Deployment' }, fieldPaths: ['spec.extra'], options: { create: true } }],
    },
    'c.yaml': {
      nameReference: [{ kind: 'ConfigMap', fieldSpecs: [{ path: 'spec/x', kind: 'Deployment' }] }],
      images: [{ path: 'spec/image' }],
    },
    'crd.json': {
      'a.b.C': {
        Schema: {
          description: 'd',
          'x-kubernetes-object-ref-api-version': 'v1',
          properties: { spec: { $ref: 'a.b.C' } },
        },
        Dependencies: ['a.b.C'],
      },
    },
    't.yaml': {
      apiVersion: 'builtin',
      kind: 'ValueAddTransformer',
      metadata: { name: 't' },
      value: 'v',
      targets: [{ fieldPath: 'metadata/labels/x' }],
    },
    'g.yaml': { apiVersion: 'builtin', kind: 'ConfigMapGenerator', metadata: { name: 'gen' }, literals: ['a=b'] },
  };

  fuzz(
    'YAML',
    mutatedText(TEXTS),
    (text) => {
      const said: unknown[] = [];
      for (const dialect of ['resource', 'kustomization', 'configuration', 'manifest'] as const) {
        try {
          said.push(readYaml(text, { file: 'f', dialect }));
        } catch (error) {
          if ((error as { exitCode?: number }).exitCode !== 2) throw error;
        }
      }
      return [said, readTrees(text, { file: 'f' }).length];
    },
    4,
  );

  fuzz('kustomizations', mutated(KUSTOMIZATIONS), (kustomization) =>
    render({ ...USUAL, 'kustomization.yaml': kustomization }),
  );
  fuzz('kustomizations as text', mutatedText(KUSTOMIZATIONS.map((one) => JSON.stringify(one, undefined, 1))), (text) =>
    render({ ...USUAL, 'kustomization.yaml': text }),
  );
  fuzz(
    'what kustomizations name',
    fc.record({
      name: fc.constantFrom(...Object.keys(USUAL)),
      which: fc.nat(2),
      content: mutated(Object.values(USUAL), 4),
    }),
    ({ name, which, content }) => render({ ...USUAL, 'kustomization.yaml': KUSTOMIZATIONS[which], [name]: content }),
  );
  fuzz('objects that are rendered', fc.tuple(mutated(OBJECTS, 4), fc.nat(2)), ([object, which]) =>
    render({
      ...USUAL,
      'o.yaml': [...OBJECTS.slice(1), object].map((one) => JSON.stringify(one ?? null)).join('\n---\n'),
      'kustomization.yaml': KUSTOMIZATIONS[which],
    }),
  );
  fuzz('manifests', mutatedText([...TEXTS, USUAL['o.yaml']]), async (text) => {
    write('m.yaml', text);
    return (await readManifests(['m.yaml'], { cwd: root })).objects.length;
  });

  fuzz(
    'JSON patches',
    fc.tuple(mutated(OBJECTS), mutated([JSON_PATCH], 4)),
    ([document, patch]) => applyJsonPatch((document ?? null) as Json, (patch ?? null) as Json),
    4,
  );
  fuzz(
    'merge patches',
    fc.tuple(mutated(OBJECTS), mutated(OBJECTS, 4)),
    ([document, patch]) => applyMergePatch((document ?? null) as Json, (patch ?? null) as Json),
    4,
  );

  const atom = fc.constantFrom(
    'a',
    'b',
    '.',
    '\\d',
    '[a-c]',
    '[^x]',
    '(?i)',
    '(?:',
    '(',
    ')',
    '|',
    '*',
    '+',
    '?',
    '{0,20}',
    '{3}',
    '^',
    '$',
    '\\b',
    '\\pL',
    '[',
    ']',
    '\\',
    '(?P<n>',
    '\\Q',
    '\\E',
    '[[:alpha:]]',
    '\u{1F600}',
  );
  fuzz(
    'regular expressions',
    fc.tuple(
      fc.array(atom, { maxLength: 12 }),
      fc.string({ unit: fc.constantFrom('a', 'b', 'x', '\n', '\u{1F600}', 'é'), maxLength: 400 }),
    ),
    async ([parts, text]) => {
      const pattern = parts.join('');
      await loadPatterns([pattern]);
      return goRegExp(pattern)?.test(text);
    },
    2,
  );
});

import assert from 'node:assert/strict';
import { renderText } from '../../../src/render/render.js';
import { withFiles } from '../../render/oracle.js';
import { unsuffixedNames, unsuffixedWarnings } from '../../../src/engine/uses/unsuffixedNames.js';
import { idOf, type KubeObject } from '../../../src/objects/object.js';
import { fakeCluster, forbidden, RESOURCES } from '../fakeCluster.js';

const secret = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'shop' },
});
const made = secret('db-2222222222');
const gadget = (spec: object, namespace = 'shop'): KubeObject => ({
  apiVersion: 'shop.example.com/v1',
  kind: 'Gadget',
  metadata: { name: 'main', namespace },
  spec,
});

function pathsOf(object: KubeObject, ...others: readonly KubeObject[]): string[] {
  return unsuffixedNames([made, object, ...others], [idOf(made)]).map(({ path }) => path);
}

describe('unsuffixedNames', () => {
  for (const [spec, paths] of [
    [{ auth: { secretRef: { name: 'db', key: 'password' } } }, ['spec.auth.secretRef.name']],
    [{ secretName: 'db' }, ['spec.secretName']],
    [{ secrets: ['db', 'other'] }, ['spec.secrets[0]']],
    [{ ref: { kind: 'Secret', name: 'db' } }, ['spec.ref.name']],
    [{ template: { envFrom: [{ secretRef: { name: 'db' } }] } }, ['spec.template.envFrom[0].secretRef.name']],
    // A database of that name, or another kind, or another namespace, says nothing of the Secret.
    [{ database: 'db' }, []],
    [{ name: 'db' }, []],
    [{ configMapRef: { name: 'db' } }, []],
    [{ secretRef: { name: 'db-2222222222' } }, []],
    [{ secretRef: { name: 'db', namespace: 'other' } }, []],
  ] as const) {
    it(`${JSON.stringify(spec)}: ${paths.join() || 'nothing'}`, () => assert.deepEqual(pathsOf(gadget(spec)), paths));
  }

  it('says nothing where the name is deployed as well, or in another namespace', () => {
    const spec = { secretName: 'db' };
    assert.deepEqual(pathsOf(gadget(spec), secret('db')), []);
    assert.deepEqual(pathsOf(gadget(spec, 'other')), []);
  });

  it('leaves built-in kinds to kustomize', () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', namespace: 'shop' },
      spec: { secretName: 'db' },
    };
    assert.deepEqual(pathsOf(pod), []);
  });
});

describe('unsuffixedWarnings', () => {
  const names = unsuffixedNames([made, gadget({ secretName: 'db' })], [idOf(made)]);
  const warn = (options: Parameters<typeof fakeCluster>[0]): Promise<string[]> =>
    unsuffixedWarnings(names, {
      cluster: fakeCluster(options),
      discovery: { resources: RESOURCES, failures: [] },
      signal: new AbortController().signal,
    });

  it('names the field and both names', async () => {
    const [warning, ...more] = await warn({});
    assert.deepEqual(more, []);
    assert.match(
      warning ?? '',
      /^Gadget\/main names Secret\/db in spec\.secretName, .* makes db-2222222222\. In a file/,
    );
  });

  it('shows the configuration with which kustomize rewrites the field, also within a list', async () => {
    const spec = { backends: [{ secretName: 'db' }] };
    const [warning = ''] = await unsuffixedWarnings(unsuffixedNames([made, gadget(spec)], [idOf(made)]), {
      cluster: fakeCluster({}),
      discovery: { resources: RESOURCES, failures: [] },
      signal: new AbortController().signal,
    });
    const snippet = /nameReference: .*(?=; or set)/.exec(warning)?.[0] ?? '';
    const files = {
      'kustomization.yaml':
        'namespace: shop\nsecretGenerator: [{name: db, literals: [a=b]}]\nresources: [r.yaml]\nconfigurations: [names.yaml]\n',
      'r.yaml': JSON.stringify(gadget(spec)),
      'names.yaml': snippet,
    };
    await withFiles(files, async (folder) => {
      const { text } = await renderText(folder);
      assert.match(text, /secretName: db-[a-z0-9]{10}\n/);
    });
  });

  it('says nothing where the cluster has it, or where it may not look', async () => {
    assert.deepEqual(await warn({ objects: [secret('db')] }), []);
    const react = (): never => {
      throw forbidden('secrets');
    };
    assert.deepEqual(await warn({ react }), []);
  });
});

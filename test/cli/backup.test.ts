import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { backupTo } from '../../src/cli/backup.js';
import { KapplyError } from '../../src/errors.js';
import { readManifests } from '../../src/render/manifests/manifests.js';
import type { KubeObject } from '../../src/objects/object.js';

const SECRET: KubeObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  type: 'Opaque',
  metadata: {
    name: 'db-abc',
    namespace: 'shop',
    uid: 'u',
    resourceVersion: '7',
    labels: { app: 'shop' },
    managedFields: [{ manager: 'kapply' }],
  },
  data: { password: Buffer.from('hunter2').toString('base64') },
};

describe('backupTo', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kapply-backup-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('writes a manifest that can be applied again, for its owner alone', async () => {
    const target = join(folder, 'sub');
    await backupTo({ folder: target, secrets: true })(SECRET);
    assert.deepEqual(await readdir(target), ['shop_secret_db-abc.yaml']);
    const file = join(target, 'shop_secret_db-abc.yaml');
    assert.deepEqual(parse(await readFile(file, 'utf8')), {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'Opaque',
      metadata: { name: 'db-abc', namespace: 'shop', labels: { app: 'shop' } },
      data: SECRET.data,
    });
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal((await stat(target)).mode & 0o777, 0o700);
  });

  it('writes what YAML cannot carry as JSON, which is read back as it was', async () => {
    const data = { odd: 'del \u007f, escape \u001b[2K\n' };
    const config: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'odd' }, data };
    await backupTo({ folder, secrets: true })(config);
    const file = join(folder, 'configmap_odd.yaml');
    assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), config);
    const { objects } = await readManifests([file]);
    assert.deepEqual(objects[0]?.object.data, data);
  });

  it('writes no Secret value unless asked', async () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{"stringData":{"password":"hunter2"}}' };
    await backupTo({ folder, secrets: false })({ ...SECRET, metadata: { ...SECRET.metadata, annotations } });
    const text = await readFile(join(folder, 'shop_secret_db-abc.yaml'), 'utf8');
    assert.ok(text.includes('password'));
    assert.ok(!text.includes(Buffer.from('hunter2').toString('base64')));
  });

  it('says that the object stays where it cannot be written', async () => {
    const blocked = join(folder, 'file');
    await writeFile(blocked, '');
    await assert.rejects(backupTo({ folder: blocked, secrets: false })(SECRET), (error: unknown) => {
      assert.ok(error instanceof KapplyError);
      assert.equal(error.code, 'BackupFailed');
      assert.match(error.message, /^Secret\/db-abc could not be backed up to .*so it stays$/);
      return true;
    });
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { startSandbox } from '../../../src/sandbox/index.js';
import type { Sandbox } from '../../../src/sandbox/index.js';

/** What Go's encoder writes of a kind without any field. */
function emptyOf(kind: string): Buffer {
  const lines = readFileSync(join(import.meta.dirname, '../protobuf/samples.ndjson'), 'utf8')
    .trim()
    .split('\n');
  const samples = lines.map((line) => JSON.parse(line) as { protobuf: string; json: { kind: string } });
  const sample = samples.filter(({ json }) => json.kind === kind).at(-1);
  return Buffer.from(sample?.protobuf ?? '', 'base64');
}

describe('sandbox/http/body', () => {
  let sandbox: Sandbox;
  before(
    async () =>
      (sandbox = await startSandbox({ controllers: false, users: [{ token: 'weak', name: 'weak', groups: [] }] })),
  );
  after(() => sandbox.close());

  const post = (path: string, body: Buffer, token = sandbox.token): Promise<{ code?: number; message: string }> =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/vnd.kubernetes.protobuf' };
      const sent = request(
        `${sandbox.url}${path}`,
        { method: 'POST', ca: sandbox.ca, agent: false, headers },
        (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => (text += chunk.toString()));
          response.on('end', () =>
            resolve({ ...(JSON.parse(text) as { message: string }), code: response.statusCode! }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });

  it('validates an object in protobuf as one in JSON', async () => {
    const { code, message } = await post('/api/v1/namespaces/default/configmaps', emptyOf('ConfigMap'));
    assert.deepEqual([code, /name or generateName is required/.test(message)], [422, true], message);
  });

  it('asks for rights before it looks at the bytes', async () => {
    assert.equal((await post('/api/v1/namespaces/default/configmaps', Buffer.from('x'), 'weak')).code, 403);
    assert.equal((await post('/api/v1/namespaces/default/configmaps', Buffer.from('x'))).code, 400);
  });

  it('refuses another kind than the path has', async () => {
    const { code, message } = await post('/api/v1/namespaces/default/secrets', emptyOf('ConfigMap'));
    assert.equal(code, 400);
    assert.match(message, /ConfigMap in version "v1" cannot be handled as a Secret/);
  });

  it('has no protobuf of kinds without messages', async () => {
    const widget = Buffer.from('k8s\0\x0a\x18\x0a\x0eexample.com/v1\x12\x06Widget');
    const { code, message } = await post('/api/v1/namespaces/default/configmaps', widget);
    assert.equal(code, 415, message);
    assert.match(message, /accepted media types include: application\/json, application\/yaml$/);
  });
});

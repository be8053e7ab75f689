import assert from 'node:assert/strict';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { renderText } from '../../../src/render/render.js';
import { withFiles } from '../oracle.js';

const SERVICE = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: s\n';

describe('files on the web', () => {
  let server: Server;
  let address: string;

  before((done) => {
    server = createServer((request, response) => {
      if (request.url === '/s.yaml') response.end(SERVICE);
      else if (request.url === '/page') response.end('<html><body>: not YAML: at all</body></html>');
      else response.writeHead(404).end();
    });
    server.listen(0, '127.0.0.1', () => {
      address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      done();
    });
  });

  after((done) => {
    server.closeAllConnections();
    server.close(done);
  });

  const build = (kustomization: string): Promise<string> =>
    withFiles({ 'kustomization.yaml': kustomization }, async (cwd) => (await renderText('.', { cwd })).text);

  it('are resources', async () => assert.equal(await build(`resources: ["${address}/s.yaml"]\n`), SERVICE));

  it('are files of generators', async () => {
    const text = await build(`configMapGenerator: [{name: a, files: ["${address}/s.yaml", "k=kustomization.yaml"]}]\n`);
    assert.match(text, /\n {2}s\.yaml: \|\n {4}apiVersion: v1\n/);
  });

  it('are patches', async () => {
    const text = await build(`resources: ["${address}/s.yaml"]\npatches: [{path: "${address}/s.yaml"}]\n`);
    assert.equal(text, SERVICE);
  });

  for (const [what, path, code, message] of [
    [
      'the server does not have',
      '/nope.yaml',
      'HttpStatus',
      /\/nope\.yaml cannot be fetched: the server answers with 404$/,
    ],
    ['are no YAML', '/page', 'InvalidYaml', /^invalid YAML/],
  ] as const) {
    it(`are refused that ${what}`, async () => {
      await assert.rejects(build(`namePrefix: a-\nresources:\n- ${address}${path}\n`), (error: unknown) => {
        const { code: found, message: said } = error as { code: string; message: string };
        assert.equal(found, code);
        assert.match(said, message);
        return true;
      });
    });
  }

  it('are refused where no server is', async () => {
    await assert.rejects(build('resources: ["http://127.0.0.1:1/r.yaml"]\n'), { code: 'HttpFailed' });
  });
});

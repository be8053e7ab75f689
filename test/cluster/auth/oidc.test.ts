import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { connect } from '../../../src/cluster/connect.js';
import { inFolder } from '../testCluster.js';
import { emptyDiscovery, startTestServer, type TestAnswer, type TestServer } from '../testServer.js';

const jwt = (name: string, expiresIn: number): string =>
  [{ alg: 'none' }, { sub: name, exp: Math.floor(Date.now() / 1000) + expiresIn }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .concat(name)
    .join('.');

describe('the oidc auth provider', () => {
  let api: TestServer;
  let issuer: TestServer;
  let accepted: string | undefined;
  /** How the token endpoint answers. */
  let token: (form: URLSearchParams, authorization: string | undefined) => TestAnswer;
  const fresh = jwt('fresh', 3600);

  beforeEach(async () => {
    accepted = undefined;
    api = await startTestServer((request) =>
      accepted === undefined || request.headers.authorization === `Bearer ${accepted}`
        ? emptyDiscovery(request)
        : { status: 401 },
    );
    issuer = await startTestServer(
      ({ url, body, headers }) =>
        url.pathname === '/realm/.well-known/openid-configuration'
          ? { body: { token_endpoint: `${issuer.url}/realm/token` } }
          : token(new URLSearchParams(body), headers.authorization),
      { protocol: 'https' },
    );
    token = () => ({ body: { id_token: fresh, refresh_token: 'next' } });
  });
  afterEach(async () => {
    await api.close();
    await issuer.close();
  });

  /** Discovers as a user of `config`, and gives back the kubeconfig as it was left, and what was warned of. */
  const discover = (config: object, prepare: (file: string) => Promise<void> = () => Promise.resolve()) =>
    inFolder(async (folder) => {
      const file = join(folder, 'config');
      const base64 = (text: string): string => Buffer.from(text).toString('base64');
      const provider = {
        'idp-issuer-url': `${issuer.url}/realm`,
        'idp-certificate-authority-data': base64(issuer.ca),
        'client-id': 'kubectl',
        'client-secret': 's&cret',
        'refresh-token': 'first',
        ...config,
      };
      await writeFile(
        file,
        `# keep this comment
current-context: x
contexts: [{ name: x, context: { cluster: c, user: u } }]
clusters: [{ name: c, cluster: { server: '${api.url}', certificate-authority-data: ${base64(api.ca)} } }]
users:
- name: other
- name: u
  user:
    auth-provider:
      name: oidc
      config: ${JSON.stringify(provider)}
`,
        { mode: 0o600 },
      );
      await prepare(file);
      const warnings: string[] = [];
      const cluster = await connect({ kubeconfig: file, env: {}, warn: (text) => warnings.push(text) });
      try {
        await cluster.discover();
      } finally {
        await cluster.close();
      }
      const text = await readFile(file, 'utf8');
      const { users } = parse(text) as { users: { user?: { 'auth-provider': { config: Record<string, string> } } }[] };
      return {
        text,
        config: users[1]?.user?.['auth-provider'].config ?? {},
        mode: (await stat(file)).mode & 0o777,
        warnings,
      };
    });

  it('sends the ID token while it lasts', async () => {
    const valid = jwt('valid', 600);
    await discover({ 'id-token': valid });
    assert.equal(api.requests[0]?.headers.authorization, `Bearer ${valid}`);
    assert.equal(issuer.requests.length, 0);
  });

  it('renews an expired one once for all requests, and saves both tokens', async () => {
    const forms: string[] = [];
    token = (form, authorization) => {
      forms.push(`${form.toString()} ${Buffer.from(authorization?.slice(6) ?? '', 'base64').toString()}`);
      return { body: { id_token: fresh, refresh_token: 'next' } };
    };
    const { text, config, mode, warnings } = await discover({ 'id-token': jwt('old', 5) });
    assert.deepEqual(forms, ['grant_type=refresh_token&refresh_token=first kubectl:s%26cret']);
    for (const { headers } of api.requests) assert.equal(headers.authorization, `Bearer ${fresh}`);
    assert.equal(config['id-token'], fresh);
    assert.equal(config['refresh-token'], 'next');
    assert.equal(config['client-id'], 'kubectl');
    assert.ok(text.startsWith('# keep this comment\n'));
    assert.equal(mode, 0o600);
    assert.deepEqual(warnings, []);
  });

  it('sends the secret in the body to a server that wants it there', async () => {
    token = (form, authorization) =>
      authorization === undefined && form.get('client_secret') === 's&cret' && form.get('client_id') === 'kubectl'
        ? { body: { id_token: fresh } }
        : { status: 401, body: { error: 'invalid_client' } };
    const { config } = await discover({});
    assert.equal(config['id-token'], fresh);
    assert.equal(config['refresh-token'], 'first');
  });

  it('renews a token that the server does not accept before its time', async () => {
    accepted = fresh;
    await discover({ 'id-token': jwt('revoked', 600) });
  });

  it('goes on with a warning when the kubeconfig cannot be written', async () => {
    const { config, warnings } = await discover({}, (file) => writeFile(`${file}.lock`, ''));
    assert.equal(config['id-token'], undefined);
    assert.equal(warnings.length, 1);
    assert.ok(!warnings[0]?.includes(fresh));
  });

  describe('whose refresh token another process has spent', () => {
    /** What the other one saves just before our refresh token is refused. */
    const others = (saved: Record<string, string>) => async (file: string) => {
      token = (form) => {
        if (form.get('refresh_token') === 'second') return { body: { id_token: fresh, refresh_token: 'third' } };
        return { status: 400, body: { error: 'invalid_grant' } };
      };
      const text = await readFile(file, 'utf8');
      const answer = token;
      token = (form, authorization) => {
        const changed = Object.entries(saved).reduce(
          (before, [key, value]) => before.replace(new RegExp(`"${key}":"[^"]*"`), `"${key}":"${value}"`),
          text,
        );
        writeFileSync(file, changed);
        return answer(form, authorization);
      };
    };
    const old = { 'id-token': jwt('old', 1) };

    it('takes the ID token that it saved', async () => {
      accepted = jwt('theirs', 600);
      const { config } = await discover(old, others({ 'id-token': accepted, 'refresh-token': 'second' }));
      assert.equal(config['refresh-token'], 'second');
    });

    it('takes the refresh token that it saved', async () => {
      accepted = fresh;
      const { config } = await discover(old, others({ 'refresh-token': 'second' }));
      assert.equal(config['refresh-token'], 'third');
    });

    it('says what the provider refused where it saved nothing new', async () => {
      await assert.rejects(discover(old, others({})), /invalid_grant/);
    });

    it('does not ask for ever', async () => {
      await assert.rejects(discover(old, others({ 'refresh-token': 'spent as well' })), /invalid_grant/);
    });
  });

  it('says what the provider refused', async () => {
    token = () => ({ status: 400, body: { error: 'invalid_grant', error_description: 'SECRET' } });
    await assert.rejects(discover({}), (error: Error & { code?: string; exitCode?: number }) => {
      assert.equal(error.code, 'OidcRefreshFailed');
      assert.equal(error.exitCode, 7);
      assert.match(error.message, /invalid_grant/);
      assert.doesNotMatch(error.message, /SECRET|first/);
      return true;
    });
  });

  it('says what is missing', async () => {
    await assert.rejects(discover({ 'refresh-token': '', 'id-token': jwt('old', -5) }), /refresh-token is missing/);
  });

  it('does not trust an unknown certificate', async () => {
    await assert.rejects(discover({ 'idp-certificate-authority-data': '' }), { code: 'OidcRefreshFailed' });
  });

  it('keeps the mode of the kubeconfig', async () => {
    const { mode } = await discover({}, (file) => chmod(file, 0o640));
    assert.equal(mode, 0o640);
  });
});

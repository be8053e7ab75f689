import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EXIT, KapplyError } from '../../src/errors.js';
import { headerText, wireHeaders } from '../../src/net/headers.js';
import { emptyDiscovery, startTestServer } from '../cluster/testServer.js';
import { withCluster } from '../cluster/testCluster.js';

/** golang.org/x/net/http/httpguts.ValidHeaderFieldValue: what kubectl refuses. */
const isControl = (byte: number): boolean => (byte < 0x20 && byte !== 0x09) || byte === 0x7f;

describe('wireHeaders', () => {
  it('hands Node the bytes of UTF-8, or refuses with exit 2 and without the value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (value) => {
        const bytes = Buffer.from(value, 'utf8');
        if ([...bytes].some(isControl)) {
          assert.throws(
            () => wireHeaders({ authorization: `Bearer CANARY${value}` }),
            (error) =>
              error instanceof KapplyError && error.exitCode === EXIT.input && !error.message.includes('CANARY'),
          );
          return;
        }
        const { x } = wireHeaders({ x: value });
        assert.equal(Buffer.from(String(x), 'latin1').compare(bytes), 0);
        assert.equal(headerText(String(x)), value);
      }),
      { numRuns: 2_000 },
    );
  });

  it('refuses half of a surrogate pair, which would leave as another text', () => {
    assert.throws(() => wireHeaders({ x: '\ud800' }), /Unicode/);
    assert.deepEqual(wireHeaders({ x: '😀' }), { x: Buffer.from('😀').toString('latin1') });
  });

  it('refuses names that no header can have', () => {
    for (const name of ['', 'a b', 'a:b', 'a\n', 'š']) assert.throws(() => wireHeaders({ [name]: 'x' }), KapplyError);
  });

  // Each letter's low byte is one of ASCII: https://www.unicode.org/charts, Latin Extended-A and CJK.
  const groups = [
    'šdmin',
    '\u0173\u0179\u0173\u0174\u0165\u016d:\u016d\u0161\u0173\u0174\u0165\u0172\u0173',
    '管理者',
    'a\tb',
  ];
  const refused = ['admin\n', 'a\rb', 'a\u0000', '\u007f', '\u001b[8m'];
  for (const protocol of ['h2', 'https'] as const) {
    it(`counts for impersonation and tokens over ${protocol}`, async () => {
      const server = await startTestServer(emptyDiscovery, { protocol });
      const asked = (user: object): Promise<unknown> =>
        withCluster(server, (cluster) => cluster.discover(), { user: { token: 't', ...user } });
      try {
        for (const name of groups) {
          server.requests.length = 0;
          await asked({
            as: name,
            'as-uid': name,
            'as-groups': [name],
            'as-user-extra': { [name]: [name] },
          });
          const headers = server.requests[0]?.headers ?? {};
          for (const key of ['user', 'uid', 'group'])
            assert.equal(headerText(String(headers[`impersonate-${key}`])), name);
          const extra = Object.keys(headers).find((key) => key.startsWith('impersonate-extra-')) ?? '';
          assert.equal(decodeURIComponent(extra.slice('impersonate-extra-'.length)), name);
          assert.equal(headerText(String(headers[extra])), name);
        }
        server.requests.length = 0;
        for (const value of refused) {
          const users = [
            { as: value },
            { as: 'x', 'as-uid': value },
            { as: 'x', 'as-groups': ['y', value] },
            { as: 'x', 'as-user-extra': { key: [value] } },
            { token: value },
          ];
          for (const user of users)
            await assert.rejects(
              asked(user),
              (error) =>
                error instanceof KapplyError && error.code === 'InvalidHeader' && error.exitCode === EXIT.input,
            );
        }
        assert.equal(server.requests.length, 0);
      } finally {
        await server.close();
      }
    });
  }
});

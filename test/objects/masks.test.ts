import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hideSecrets, makeMasks } from '../../src/objects/masks.js';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

function secret(data: object, more: object = {}): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db', ...more }, data };
}

/** A Secret, and what a server's message may quote of it. */
const quoted: readonly (readonly [name: string, object: object, quote: string])[] = [
  ['as it was sent', secret({ password: base64('hunter2-hunter2') }), base64('hunter2-hunter2')],
  ['decoded', secret({ password: base64('hunter2-hunter2') }), 'hunter2-hunter2'],
  [
    'a value in lines of base64, as kustomize writes it',
    secret({ pem: base64('x'.repeat(60) + '-hunter2').replaceAll(/.{1,70}/g, '$&\n') }),
    `${'x'.repeat(60)}-hunter2`,
  ],
  ['a line of a file', secret({ pem: base64('-----BEGIN\nMIIEvQIBADAN\n-----END') }), 'MIIEvQIBADAN'],
  [
    'from stringData',
    { apiVersion: 'v1', kind: 'Secret', metadata: {}, stringData: { a: 'hunter2-hunter2' } },
    'hunter2-hunter2',
  ],
  [
    'stringData, encoded',
    { kind: 'Secret', metadata: {}, stringData: { a: 'hunter2-hunter2' } },
    base64('hunter2-hunter2'),
  ],
  [
    'a field of JSON',
    secret({ '.dockerconfigjson': base64('{"auths":{"r.io":{"password":"hunter2-hunter2"}}}') }),
    'hunter2-hunter2',
  ],
  ['in a List', { kind: 'List', items: [secret({ password: base64('hunter2-hunter2') })] }, 'hunter2-hunter2'],
  [
    'last-applied',
    secret(
      {},
      { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"stringData":{"p":"hunter2-hunter2"}}' } },
    ),
    'hunter2-hunter2',
  ],
  [
    'in JSON, or by %q of Go',
    secret({ password: base64('pa"ss\\word-12345') }),
    JSON.stringify('pa"ss\\word-12345').slice(1, -1),
  ],
  [
    'in JSON within JSON',
    secret({ password: base64('pa"ss\\word-12345') }),
    JSON.stringify(JSON.stringify('pa"ss\\word-12345').slice(1, -1)).slice(1, -1),
  ],
  ['by encoding/json of Go', secret({ password: base64('a<b>c&d-12345') }), String.raw`a\u003cb\u003ec\u0026d-12345`],
  [
    'with tabs and lines in JSON',
    secret({ password: base64('tab\there\nand-there') }),
    String.raw`tab\there\nand-there`,
  ],
  ['in single quotes of YAML', secret({ password: base64("it's-a-secret-1") }), "it''s-a-secret-1"],
  ['in a URL', secret({ password: base64('per%cent&and=more 12!') }), 'per%25cent%26and%3Dmore%2012!'],
  ['in a query by Go', secret({ password: base64('per%cent&and=more 12!') }), 'per%25cent%26and%3Dmore+12%21'],
  ['of any script in a URL', secret({ password: base64('ümlaut-geheim') }), '%C3%BCmlaut-geheim'],
  ['base64 without padding', secret({ password: base64('hunter2-hunter') }), 'aHVudGVyMi1odW50ZXI'],
  [
    'base64 for URLs',
    secret({ password: base64('geheim-ß€?>-12') }),
    Buffer.from('geheim-ß€?>-12').toString('base64url'),
  ],
  [
    'half a pair of surrogates',
    { kind: 'Secret', metadata: {}, stringData: { a: 'hunter2&hunter2\ud800' } },
    'hunter2&hunter2\ud800',
  ],
  ['of any script', secret({ password: base64('пароль-密码-🔑🔑') }), 'пароль-密码-🔑🔑'],
  [
    'a password of a pod',
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { containers: [{ name: 'app', env: [{ name: 'DB_PASSWORD', value: 'hunter2-hunter2' }] }] },
    },
    'hunter2-hunter2',
  ],
];

describe('masks', () => {
  for (const [name, object, quote] of quoted) {
    it(`hides ${name}`, () => {
      const masks = makeMasks();
      masks.learn(object);
      assert.equal(masks.hideIn(`admission denied: "${quote}" is too weak`), 'admission denied: "***" is too weak');
    });
  }

  it('hides what a rule of the user matches', () => {
    const masks = makeMasks();
    masks.addRules([/^ConfigMap\/.*:data\.token$/]);
    masks.learn({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'cfg' },
      data: { token: 'abcdefgh', x: 'visible-text' },
    });
    assert.equal(masks.hideIn('abcdefgh visible-text'), '*** visible-text');
  });

  it('hides the longest that matches, and every one', () => {
    const masks = makeMasks();
    masks.learn(secret({ a: base64('password'), b: base64('password-and-more') }));
    assert.equal(masks.hideIn('password-and-more, password, passwor'), '***, ***, passwor');
  });

  it('leaves short values and names alone', () => {
    const masks = makeMasks();
    masks.learn(secret({ user: base64('admin'), db: base64('postgres') }));
    masks.learn({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'postgres' } });
    assert.equal(masks.hideIn('StatefulSet/postgres: admin'), 'StatefulSet/postgres: admin');
  });

  it('hides in prose, and leaves what identifies', () => {
    const masks = makeMasks();
    masks.learn(secret({ a: base64('Deployment-one') }));
    assert.deepEqual(hideSecrets({ type: 'x', name: 'Deployment-one', message: 'Deployment-one' }, masks), {
      type: 'x',
      name: 'Deployment-one',
      message: '***',
    });
  });

  const urls: readonly (readonly [text: string, shown: string])[] = [
    ['https://user:pw@host/x', 'https://host/x'],
    ["unable to access 'https://tok@host/x.git/'", "unable to access 'https://host/x.git/'"],
    ['https://host/x?sig=abc&y=1#frag', 'https://host/x?…#frag'],
    ['https://host/team/repo//base?ref=v1.2&token=abc', 'https://host/team/repo//base?ref=v1.2'],
    ['socks5://u:p@proxy:1080 refused', 'socks5://proxy:1080 refused'],
    ['git@github.com:team/repo', 'git@github.com:team/repo'],
    ['shop/web:9@sha256:abc', 'shop/web:9@sha256:abc'],
  ];
  for (const [text, shown] of urls) {
    it(`shows ${text} as ${shown}`, () => {
      assert.equal(makeMasks().hideIn(text), shown);
    });
  }

  it('lets no value of eight characters or more through, wherever it is quoted', () => {
    const value = fc.stringMatching(/^[A-Za-z0-9 :/,{}"'-]{8,40}$/).map((text) => `§${text.trim()}§12345678`);
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), fc.string(), (values, between) => {
        const masks = makeMasks();
        masks.learn(secret(Object.fromEntries(values.map((text, index) => [String(index), base64(text)]))));
        const message = values.flatMap((text) => [between, text, between, base64(text)]).join('');
        const shown = masks.hideIn(message);
        for (const text of values) {
          if (shown.includes('://')) return;
          assert.equal(shown.includes(text), false, shown);
          assert.equal(shown.includes(base64(text)), false, shown);
        }
      }),
    );
  });

  it('reads a long text once, whatever was learned', () => {
    const masks = makeMasks();
    for (let index = 0; index < 5000; index += 1) masks.learn(secret({ a: base64(`aaaaaaaa-${index}`) }));
    const began = performance.now();
    masks.hideIn('aaaaaaa-'.repeat(20_000));
    assert.ok(performance.now() - began < 2000);
  });
});

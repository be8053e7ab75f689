import assert from 'node:assert/strict';
import { makeSealer } from '../../../src/engine/planFile/seal.js';
import { makeMasks } from '../../../src/objects/masks.js';

const PASSWORD = 'correct-horse-battery';
const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'db' },
  data: { a: 'cGFzc3dvcmQ=', b: 'cGFzc3dvcmQ=' },
};

describe('what stands for a secret in a plan file', () => {
  const masks = makeMasks();
  masks.learn({ ...secret, data: { password: Buffer.from(PASSWORD).toString('base64') } });
  masks.addRules([{ test: (place) => place === 'ConfigMap/cfg:data.dsn' }]);
  const { sealObject } = makeSealer('c2FsdA==', masks);

  it('is equal for equal values, and another one under another salt', () => {
    const { data } = sealObject(secret);
    assert.match(data.a, /^scrypt:[\w-]{22}$/);
    assert.equal(data.a, data.b);
    assert.notEqual(makeSealer('cGVwcGVy', masks).sealObject(secret).data.a, data.a);
  });

  for (const [name, object, isSealed] of [
    ['a text of a Secret in an argument', { kind: 'Pod', args: [`--dsn=${PASSWORD}`] }, true],
    ['its base64 in a ConfigMap', { kind: 'ConfigMap', data: { x: Buffer.from(PASSWORD).toString('base64') } }, true],
    ['a variable named like a password', { env: [{ name: 'DB_PASSWORD', value: 'x' }] }, true],
    ['what a rule of --mask names', { kind: 'ConfigMap', metadata: { name: 'cfg' }, data: { dsn: 'x' } }, true],
    ['a URL with a user', { url: 'https://me:pw@example.com/' }, true],
    ['a URL with a query', { url: 'https://example.com/?page=2' }, false],
    ['an ordinary text', { kind: 'ConfigMap', metadata: { name: 'cfg' }, data: { color: 'blue' } }, false],
  ] as const) {
    it(`stands ${isSealed ? '' : 'not '}for ${name}`, () => {
      const text = JSON.stringify(sealObject(object));
      assert.equal(text.includes('scrypt:'), isSealed, text);
      if (!isSealed) assert.equal(text, JSON.stringify(object));
    });
  }
});

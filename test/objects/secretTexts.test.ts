import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/objects/object.js';
import { MASK, redact, redactPair } from '../../src/objects/redact.js';

const PASSWORD = 's3cr3t-s3cr3t';
const SECRET = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' }, stringData: { password: PASSWORD } };
const SECRET_YAML = `apiVersion: v1
kind: Secret
metadata:
  name: db
data:
  password: ${PASSWORD}
  file: |
    ${PASSWORD}
type: Opaque
---
kind: ConfigMap
data:
  color: blue
`;

/** Objects that hold a password where the server or a tool keeps one, and what must be left of each. */
const objects: Readonly<Record<string, { object: object; shows?: string }>> = {
  'a List': { object: { kind: 'List', items: [SECRET] } },
  'a template in a custom resource': { object: { kind: 'Bundle', spec: { template: SECRET, replicas: 3 } } },
  'stringData of a template without a kind': {
    object: { kind: 'SealedSecret', spec: { template: { stringData: { a: PASSWORD } } } },
  },
  'a number in a Secret': { object: { ...SECRET, stringData: {}, data: { port: 1234567890123 } } },
  'a manifest in a ConfigMap': {
    object: { kind: 'ConfigMap', data: { 'all.yaml': SECRET_YAML } },
    shows: 'color: blue',
  },
  'a manifest as JSON in a ConfigMap': { object: { kind: 'ConfigMap', data: { 'all.json': JSON.stringify(SECRET) } } },
  "kapp's original": {
    object: { kind: 'Deployment', metadata: { annotations: { 'kapp.k14s.io/original': PASSWORD } } },
  },
  "Rancher's applied": {
    object: { kind: 'ConfigMap', metadata: { annotations: { 'objectset.rio.cattle.io/applied': PASSWORD } } },
  },
  "Banzai Cloud's last-applied": {
    object: { kind: 'Service', metadata: { annotations: { 'banzaicloud.com/last-applied': PASSWORD } } },
  },
  'an annotation of a Secret that nobody knows': {
    object: { ...SECRET, metadata: { annotations: { 'example.com/copy': PASSWORD, 'kapply.dev/set': 'shop' } } },
    shows: 'shop',
  },
  'an environment variable named as a password': {
    object: {
      kind: 'Deployment',
      spec: {
        containers: [
          {
            env: [
              { name: 'DB_PASSWORD', value: PASSWORD },
              { name: 'API_TOKEN_FILE', value: '/run/token' },
            ],
          },
        ],
      },
    },
    shows: '/run/token',
  },
  'an argument': {
    object: { kind: 'Pod', spec: { args: [`--db-password=${PASSWORD}`, '--x=visible'] } },
    shows: '--db-password=',
  },
  'the argument after one that is named like a password': {
    object: { kind: 'Pod', spec: { command: ['run', '--db-password', PASSWORD], args: ['--token', '--visible'] } },
    shows: '--visible',
  },
  "what the sandbox's containers were given, from whatever Secret": {
    object: {
      kind: 'Pod',
      metadata: { annotations: { 'sandbox.kapply.dev/env.web': JSON.stringify({ DSN: PASSWORD }), kept: 'visible' } },
    },
    shows: 'visible',
  },
  'a key of a ConfigMap': {
    object: { kind: 'ConfigMap', data: { api_token: PASSWORD, a: 'visible' } },
    shows: 'visible',
  },
};

describe('objects/secretTexts', () => {
  for (const [name, { object, shows = '' }] of Object.entries(objects)) {
    it(`masks ${name}`, () => {
      const whole = { apiVersion: 'v1', metadata: { name: 'x' }, ...object } as unknown as KubeObject;
      const shown = JSON.stringify([redact(whole), ...redactPair(whole, whole)]);
      assert.doesNotMatch(shown, /s3cr3t|1234567890123/);
      assert.ok(shown.includes(MASK) && shown.includes(shows), shown);
    });
  }

  it('masks by rules of the user, at a path of an object', () => {
    const cfg = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cfg' }, data: { dsn: PASSWORD, a: 'b' } };
    assert.deepEqual(redact(cfg, [/^ConfigMap\/cfg:data\.dsn$/]).data, { dsn: MASK, a: 'b' });
    assert.deepEqual(redact(cfg, [/Secret\/cfg/]).data, cfg.data);
  });

  it('leaves a schema that describes Secrets alone', () => {
    const schema = { properties: { stringData: { type: 'object' }, data: { type: 'object' } } };
    const object = { apiVersion: 'v1', kind: 'Crd', metadata: { name: 'x' }, spec: { openAPIV3Schema: schema } };
    assert.deepEqual(redact(object), object);
  });
});

import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { makeFixedAuthenticator } from '../../src/cluster/auth/authenticator.js';
import { createApiClient, type ApiClient } from '../../src/cluster/requests/apiClient.js';
import { discover } from '../../src/cluster/requests/discovery.js';
import { linesOf } from '../../src/cluster/requests/linesOf.js';
import { listAll } from '../../src/cluster/requests/list.js';
import { watchAll } from '../../src/cluster/requests/watch.js';
import { configMaps } from '../cluster/testCluster.js';
import { CANARY, fuzz, mutated, mutatedText } from './fuzz.js';

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** A client whose server answers with these, one after the other, the last one for ever. */
function clientOf(answers: readonly Answer[]): ApiClient {
  let next = 0;
  const lifetime = new AbortController();
  return createApiClient({
    identity: { context: 'c', server: 'https://server', user: 'u' } as never,
    basePath: '',
    authenticator: makeFixedAuthenticator({ authorization: `Bearer ${CANARY}` }),
    headers: {},
    retryTimeouts: false,
    random: () => 0,
    now: Date.now,
    open: () =>
      Promise.resolve({
        send: () => {
          const { status, type, body } = answers[Math.min(next++, answers.length - 1)] as Answer;
          return Promise.resolve({
            status,
            headers: { 'content-type': type },
            body: Readable.from([Buffer.from(body)]),
          });
        },
        renew: () => Promise.resolve(true),
        close: () => undefined,
      }),
    concurrency: 4,
    requestTimeoutMs: 5000,
    readTimeoutMs: 5000,
    warn: () => undefined,
    lifetime,
  });
}

const OBJECT = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: 'a',
    namespace: 'b',
    uid: 'u',
    resourceVersion: '1',
    labels: { a: 'b' },
    managedFields: [{ manager: 'm' }],
  },
  data: { k: 'v' },
};
const LIST = { kind: 'ConfigMapList', apiVersion: 'v1', metadata: { resourceVersion: '7' }, items: [OBJECT, OBJECT] };
const STATUS = {
  kind: 'Status',
  status: 'Failure',
  code: 410,
  reason: 'Expired',
  message: 'too old',
  details: { name: 'a', kind: 'configmaps', causes: [{ reason: 'x', message: 'y', field: 'z' }], retryAfterSeconds: 0 },
};
const DISCOVERY = {
  kind: 'APIGroupDiscoveryList',
  metadata: {},
  items: [
    {
      metadata: { name: 'apps' },
      versions: [
        {
          version: 'v1',
          freshness: 'Current',
          resources: [
            {
              resource: 'deployments',
              responseKind: { group: 'apps', version: 'v1', kind: 'Deployment' },
              scope: 'Namespaced',
              shortNames: ['deploy'],
              verbs: ['get', 'list'],
              subresources: [{ subresource: 'scale', verbs: ['get'] }],
            },
          ],
        },
      ],
    },
  ],
};
const LEGACY = {
  kind: 'APIGroupList',
  versions: ['v1'],
  groups: [
    { name: 'apps', versions: [{ groupVersion: 'apps/v1', version: 'v1' }], preferredVersion: { version: 'v1' } },
  ],
  resources: [{ name: 'pods', kind: 'Pod', namespaced: true, verbs: ['get'] }],
};
const EVENTS = [
  { type: 'ADDED', object: OBJECT },
  { type: 'BOOKMARK', object: { metadata: { resourceVersion: '9' } } },
  { type: 'DELETED', object: OBJECT },
  { type: 'ERROR', object: STATUS },
];

// 5xx and 429 are tried again after a while: their turn is in test/cluster.
const status = fc.constantFrom(200, 200, 200, 201, 204, 301, 400, 401, 403, 404, 406, 409, 410, 422);
const type = fc.constantFrom(
  'application/json',
  'text/html',
  '',
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
);
const answersOf = (documents: readonly object[]): fc.Arbitrary<Answer[]> =>
  fc.array(
    fc.record({
      status,
      type,
      body: fc.oneof(
        mutated(documents).map((document) => JSON.stringify(document ?? null)),
        mutatedText(documents.map((document) => JSON.stringify(document))),
      ),
    }),
    { minLength: 1, maxLength: 4 },
  );

async function withClient<T>(answers: readonly Answer[], use: (client: ApiClient) => Promise<T>): Promise<T> {
  const client = clientOf(answers);
  try {
    return await use(client);
  } finally {
    client.close();
  }
}

describe('fuzzing of what servers answer', () => {
  fuzz(
    'discovery',
    answersOf([DISCOVERY, LEGACY, STATUS]),
    (answers) => withClient(answers, (client) => discover(client)),
    4,
  );

  fuzz(
    'lists',
    answersOf([LIST, { ...LIST, metadata: { resourceVersion: '7', continue: 'x' } }, STATUS]),
    (answers) => withClient(answers, (client) => listAll(client, configMaps, {})),
    4,
  );

  const lines = fc.array(
    fc.oneof(
      mutated(EVENTS).map((event) => JSON.stringify(event ?? null)),
      mutatedText(EVENTS.map((event) => JSON.stringify(event))),
    ),
    { maxLength: 5 },
  );
  fuzz(
    'watches',
    lines.map((all) => all.join('\n')),
    async (body) => {
      const controller = new AbortController();
      const list: Answer = { status: 200, type: 'application/json', body: JSON.stringify(LIST) };
      const answers = [
        list,
        { status: 200, type: 'application/json', body },
        { status: 403, type: 'application/json', body: JSON.stringify({ ...STATUS, code: 403, reason: 'Forbidden' }) },
      ];
      return withClient(answers, async (client) => {
        const seen: unknown[] = [];
        // The watch goes on for ever: it has seen all that there is when it lists anew, or after so many events.
        const timer = setTimeout(() => controller.abort(new Error('enough')), 5);
        try {
          for await (const event of watchAll(client, configMaps, { signal: controller.signal }, () => 0)) {
            seen.push(event);
            if (seen.length > 20) break;
          }
        } catch (error) {
          if (!controller.signal.aborted) throw error;
        } finally {
          clearTimeout(timer);
          controller.abort();
        }
        return seen;
      });
    },
  );

  fuzz('lines of a stream', fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 10 }), async (chunks) => {
    let text = '';
    for await (const line of linesOf(Readable.from(chunks.map((chunk) => Buffer.from(chunk))))) {
      assert.ok(!line.includes('\n'));
      text += line;
    }
    return text.length;
  });
});

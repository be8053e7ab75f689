/** An API server that lies: what it does with one kind of request, and the rest of it in order. */
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { TestAnswer, TestHandler, TestRequest } from '../cluster/testServer.js';

type Verdict = (request: TestRequest) => TestAnswer | undefined;

const kinds: [group: string, version: string, kind: string, plural: string, namespaced: boolean][] = [
  ['', 'v1', 'ConfigMap', 'configmaps', true],
  ['', 'v1', 'Secret', 'secrets', true],
  ['', 'v1', 'Pod', 'pods', true],
  ['', 'v1', 'Namespace', 'namespaces', false],
  ['apps', 'v1', 'Deployment', 'deployments', true],
  ['apps', 'v1', 'ReplicaSet', 'replicasets', true],
];

export function aggregated(group: string): object {
  const resources = kinds
    .filter(([of]) => of === group)
    .map(([of, version, kind, resource, namespaced]) => ({
      resource,
      responseKind: { group: of, version, kind },
      scope: namespaced ? 'Namespaced' : 'Cluster',
      verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
    }));
  return { metadata: { name: group }, versions: [{ version: 'v1', resources }] };
}

function discovery(path: string): TestAnswer {
  const items = path === '/api' ? [aggregated('')] : [aggregated('apps')];
  return {
    headers: { 'content-type': 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' },
    body: { kind: 'APIGroupDiscoveryList', metadata: {}, items },
  };
}

/** All that is not asked for by `lies` is answered as by a server that has a namespace `shop` and nothing in it. */
export function hostile(lies: { readonly [what in 'discovery' | 'list' | 'get' | 'write']?: Verdict }): TestHandler {
  return (request) => {
    const { pathname } = request.url;
    if (pathname === '/api' || pathname === '/apis') {
      return lies.discovery === undefined ? discovery(pathname) : lies.discovery(request);
    }
    if (request.method !== 'GET') {
      if (lies.write !== undefined) return lies.write(request);
      return { status: 403, body: { kind: 'Status', code: 403, reason: 'Forbidden', message: 'no' } };
    }
    const isList = kinds.some(([, , , plural]) => pathname.endsWith(`/${plural}`));
    const lie = isList ? lies.list : lies.get;
    if (lie !== undefined) return lie(request);
    if (isList) return { body: { metadata: { resourceVersion: '1' }, items: [] } };
    if (pathname === '/api/v1/namespaces/shop') {
      return { body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', uid: 'shop' } } };
    }
    return { status: 404, body: { kind: 'Status', code: 404, reason: 'NotFound', message: 'not found' } };
  };
}

/** Answers with no end: as fast as they are read, or a byte now and then. */
export function endless(chunk: string, everyMs?: number): Verdict {
  return ({ response }) => {
    const out = response as ServerResponse;
    out.writeHead(200, { 'content-type': 'application/json' });
    if (everyMs !== undefined) {
      const timer = setInterval(() => out.write(chunk), everyMs);
      out.once('close', () => clearInterval(timer));
      return undefined;
    }
    const fill = (): void => {
      while (!out.destroyed && out.write(chunk));
    };
    out.on('drain', fill);
    fill();
    return undefined;
  };
}

export const bodies: Readonly<Record<string, Verdict>> = {
  null: () => ({ headers: { 'content-type': 'application/json' }, body: 'null' }),
  'an empty list': () => ({ body: [] }),
  'an empty mapping': () => ({ body: {} }),
  'a number': () => ({ body: '7' }),
  nothing: () => ({ body: '' }),
  HTML: () => ({ headers: { 'content-type': 'text/html' }, body: '<html><body>Log in</body></html>' }),
  'JSON that is cut off': () => ({ headers: { 'content-type': 'application/json' }, body: '{"items": [{"metadata"' }),
  'a redirect with JSON': () => ({ status: 302, headers: { location: 'https://evil.invalid/?x' }, body: {} }),
  'a Status of success': () => ({ body: { kind: 'Status', status: 'Success' } }),
  'a Status without fields': () => ({ status: 500, body: { kind: 'Status' } }),
  'a Status of wrong fields': () => ({
    status: 422,
    body: { kind: 'Status', message: 7, reason: {}, code: 'x', details: { causes: [null, 7, { field: [] }] } },
  }),
  'a refusal in HTML': () => ({ status: 403, headers: { 'content-type': 'text/html' }, body: '<html>' }),
  'a Status with our token': ({ headers }) => ({
    status: 400,
    body: { kind: 'Status', code: 400, reason: 'BadRequest', message: `you sent ${String(headers.authorization)}` },
  }),
  'a gzip bomb': () => ({
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    body: bomb(),
  }),
  'bytes that are no gzip': () => ({ headers: { 'content-encoding': 'gzip' }, body: 'plain' }),
  'a body without an end': endless('x'.repeat(1 << 20)),
  'a body that drips': endless(' ', 50),
  'no answer': () => undefined,
  'a broken connection': ({ reset }) => {
    reset();
    return undefined;
  },
};

const item =
  (metadata: unknown): Verdict =>
  () => ({ body: { metadata: { resourceVersion: '1' }, items: [{ metadata }] } });

export const lists: Readonly<Record<string, Verdict>> = {
  ...bodies,
  'items that are no list': () => ({ body: { metadata: {}, items: {} } }),
  'an item that is null': () => ({ body: { metadata: {}, items: [null] } }),
  'an item without metadata': () => ({ body: { metadata: {}, items: [{}] } }),
  'an item without a name': item({ namespace: 'shop' }),
  'an item whose name is a path': item({ name: '../../secrets' }),
  'labels that are a list': item({ name: 'cfg-9h2kf8d2', labels: ['app'] }),
  'owners that are a mapping': item({ name: 'cfg-9h2kf8d2', ownerReferences: {} }),
  'the same continue token for ever': () => ({ body: { metadata: { continue: 'again' }, items: [] } }),
  'pages without an end': ({ url }) => ({
    body: {
      metadata: { continue: String(Number(url.searchParams.get('continue') ?? 0) + 1) },
      items: [],
    },
  }),
};

let packed: Buffer | undefined;

/** 300 MB in 300 KB. */
function bomb(): Buffer {
  packed ??= gzipSync(Buffer.alloc(300 << 20, ' '), { level: 9 });
  return packed;
}

/** What a URL asks for (k8s.io/apiserver pkg/endpoints/request, RequestInfo). */
export interface RequestInfo {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  /** Undefined for requests across namespaces and for objects of the cluster. */
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
  /** As RBAC calls it: get, list, watch, create, update, patch, delete, deletecollection. */
  readonly verb: string;
}

const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
};

/** Undefined where the path is none of a resource: discovery, health, nonsense. */
export function parseRequest(method: string, path: string, query: URLSearchParams): RequestInfo | undefined {
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  const [root, ...rest] = parts;
  if (root !== 'api' && root !== 'apis') return undefined;
  const group = root === 'api' ? '' : (rest.shift() ?? '');
  const version = rest.shift();
  if (version === undefined || rest.length === 0) return undefined;
  const inNamespace = rest[0] === 'namespaces' && rest.length > 2 && rest[2] !== 'status' && rest[2] !== 'finalize';
  const namespace = inNamespace ? rest[1] : undefined;
  const [plural = '', name, subresource, ...more] = inNamespace ? rest.slice(2) : rest;
  if (more.length > 0) return undefined;
  return {
    group,
    version,
    plural,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(subresource === undefined ? {} : { subresource }),
    verb: verbOf(method, name, query),
  };
}

function verbOf(method: string, name: string | undefined, query: URLSearchParams): string {
  const watches = isTrue(query.get('watch'));
  if (method === 'GET' || method === 'HEAD') return watches ? 'watch' : name === undefined ? 'list' : 'get';
  if (method === 'DELETE') return name === undefined ? 'deletecollection' : 'delete';
  return VERBS[method] ?? method.toLowerCase();
}

/** Whether a query parameter is on, by the server's reading: only `false`, `0` and absence are not. */
export function isTrue(value: string | null): boolean {
  return value !== null && value !== 'false' && value !== '0';
}

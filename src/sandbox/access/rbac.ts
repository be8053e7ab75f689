import { child, children, text } from '../draft.js';
import type { Draft } from '../draft.js';
import type { Store } from '../store.js';
import { MASTERS } from './users.js';
import type { User } from './users.js';

/** One thing that somebody wants to do. */
export interface Attempt {
  readonly verb: string;
  readonly group: string;
  /** `pods`, `pods/log`. */
  readonly resource: string;
  /** '' for all namespaces and for objects of the cluster. */
  readonly namespace: string;
  /** '' for lists and creations. */
  readonly name: string;
}

const RBAC = 'rbac.authorization.k8s.io';

/** Role-based access control over the stored roles and bindings (kubernetes plugin/pkg/auth/authorizer/rbac). */
export function mayDo(store: Store, user: User, attempt: Attempt): boolean {
  if (user.groups.includes(MASTERS)) return true;
  return rulesFor(store, user, attempt.namespace).some((rule) => covers(rule, attempt));
}

/** Whether the user may read a path that is no resource, such as `/version`. */
export function mayRead(store: Store, user: User, path: string): boolean {
  if (user.groups.includes(MASTERS) || OPEN_PATHS.some((open) => path === open || path.startsWith(`${open}/`))) {
    return true;
  }
  return rulesFor(store, user, '').some(
    (rule) =>
      listed(rule, 'verbs').some((verb) => verb === '*' || verb === 'get') &&
      listed(rule, 'nonResourceURLs').some(
        (url) => url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1))),
      ),
  );
}

/** What a user may do in a namespace, rule by rule. */
export function rulesOfUser(store: Store, user: User, namespace: string): readonly Draft[] {
  const everything = [
    { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
    { verbs: ['*'], nonResourceURLs: ['*'] },
  ];
  return [...(user.groups.includes(MASTERS) ? everything : []), ...rulesFor(store, user, namespace), ...OF_EVERYBODY];
}

/** What system:basic-user, system:discovery and system:public-info-viewer give, as far as it is served here. */
const OF_EVERYBODY: readonly Draft[] = [
  { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
  {
    verbs: ['create'],
    apiGroups: ['authorization.k8s.io'],
    resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
  },
  {
    verbs: ['get'],
    nonResourceURLs: [
      ...['/api', '/api/*', '/apis', '/apis/*', '/healthz', '/livez', '/openapi', '/openapi/*', '/readyz'],
      ...['/version', '/version/'],
    ],
  },
];

/** What system:discovery and system:public-info-viewer open to everybody who is known. */
const OPEN_PATHS = ['/api', '/apis', '/openapi', '/version', '/healthz', '/livez', '/readyz'];

function rulesFor(store: Store, user: User, namespace: string): Draft[] {
  const clusterWide = bindings(store, 'ClusterRoleBinding', '').filter((binding) => binds(binding, user));
  const inNamespace =
    namespace === '' ? [] : bindings(store, 'RoleBinding', namespace).filter((binding) => binds(binding, user));
  return [
    ...clusterWide.flatMap((binding) => rulesOf(store, binding, '')),
    ...inNamespace.flatMap((binding) => rulesOf(store, binding, namespace)),
  ];
}

function bindings(store: Store, kind: string, namespace: string): readonly Draft[] {
  return store.list(`${RBAC}/${kind}`, { namespace });
}

function binds(binding: Draft, user: User): boolean {
  return children(binding, 'subjects').some((subject) => {
    const name = text(subject, 'name');
    switch (text(subject, 'kind')) {
      case 'User':
        return name === user.name;
      case 'Group':
        return user.groups.includes(name);
      default:
        return user.name === `system:serviceaccount:${text(subject, 'namespace') || namespaceOf(binding)}:${name}`;
    }
  });
}

/** An account that a RoleBinding names without a namespace is of its own. */
function namespaceOf(binding: Draft): string {
  return text(child(binding, 'metadata'), 'namespace');
}

function rulesOf(store: Store, binding: Draft, namespace: string): Draft[] {
  const ref = child(binding, 'roleRef');
  const kind = text(ref, 'kind');
  const role = store.get(`${RBAC}/${kind}`, kind === 'Role' ? namespace : '', text(ref, 'name'));
  return children(role, 'rules');
}

function covers(rule: Draft, { verb, group, resource, name }: Attempt): boolean {
  const names = listed(rule, 'resourceNames');
  const [, subresource] = resource.split('/');
  return (
    includes(listed(rule, 'verbs'), verb) &&
    includes(listed(rule, 'apiGroups'), group) &&
    (includes(listed(rule, 'resources'), resource) ||
      (subresource !== undefined && listed(rule, 'resources').includes(`*/${subresource}`))) &&
    (names.length === 0 || names.includes(name))
  );
}

function includes(values: readonly string[], value: string): boolean {
  return values.includes('*') || values.includes(value);
}

function listed(rule: Draft, field: string): string[] {
  const value = rule[field];
  return Array.isArray(value) ? value.map(String) : [];
}

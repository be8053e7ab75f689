/**
 * Names without a content hash. They are words like any other, so only a whole value, or a form in which nothing but a
 * name of Kubernetes stands, is taken for one: docs/uses.md, "Names without a hash".
 */
import { kindOfField, kindOrEnding, kindsOfWord } from './kindWords.js';
import { kindBeside, type FoundString } from './strings.js';

export interface PlainMention {
  readonly name: string;
  /** The namespace that the form itself says; '' where that is the namespace of whoever says it. */
  readonly namespace: string | undefined;
  /** The kind that the form itself says, in small letters: `deployment` of `deployment/web`. */
  readonly kind: string | undefined;
  /** A host name: then a Service is meant. */
  readonly isHost: boolean;
  /** `NAMESPACE-NAME` in one, as Traefik writes it: `shop-auth@kubernetescrd`. Then `name` is both. */
  readonly isJoined: boolean;
}

const NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
/** `--flag=VALUE`, `KEY=VALUE`. */
const ASSIGNED = /^-{0,2}([A-Za-z_][\w.-]*)=(.*)$/s;
const URL_HOST = /\b[a-z][a-z0-9+.-]*:\/\/(?:[^\s/@"']*@)?([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)/g;
const SERVICE_HOST = /(?:^|[^a-z0-9-])([a-z0-9-]+)\.([a-z0-9-]+)\.svc(?![a-z0-9-])/g;
/** `$(POD_NAMESPACE)/`, `${NAMESPACE}/` and `$NAMESPACE/`: what the pod says of itself, its own namespace. */
const OWN_NAMESPACE = /^\$(?:\(\w+\)|\{\w+\}|\w+)\//;
/** meta: ingress-nginx and HAProxy Ingress, `--tcp-services-configmap`: `NAMESPACE/NAME:PORT[:PROXY[:PROXY]]`. */
const EXPOSED_SERVICE = /^\s*([a-z0-9][a-z0-9-]*)\/([a-z0-9][a-z0-9-]*):[a-z0-9-]+(?::[A-Z0-9:]*)?\s*$/;
/** The variables that the kubelet sets for every Service of the namespace of a pod. */
const SERVICE_VARIABLE = /\b([A-Z][A-Z0-9_]*)_SERVICE_(?:HOST|PORT)\b/g;
/** `system:serviceaccount:shop:web`, and SPIFFE's `ns/shop/sa/web`, as Istio and Linkerd write it. */
const ACCOUNT =
  /system:serviceaccount:([a-z0-9-]+):([a-z0-9.-]+[a-z0-9]|[a-z0-9])|\bns\/([a-z0-9-]+)\/sa\/([a-z0-9.-]+[a-z0-9]|[a-z0-9])/g;
const HOST_PORT = /^([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?):\d{1,5}(?:\/.*)?$/;

const MENTION = { namespace: undefined, kind: undefined, isHost: false, isJoined: false };

/** The host names of Services that stand in a text: in URLs, `NAME.NAMESPACE.svc` and `NAME_SERVICE_HOST` anywhere. */
export function hostsIn(text: string): PlainMention[] {
  const hosts: PlainMention[] = [];
  if (text.includes('_SERVICE_'))
    for (const [, name = ''] of text.matchAll(SERVICE_VARIABLE))
      hosts.push({ ...MENTION, name: name.toLowerCase().replaceAll('_', '-'), isHost: true });
  if (text.includes('://')) for (const [, host = ''] of text.matchAll(URL_HOST)) hosts.push(...serviceHost(host));
  if (text.includes('.svc'))
    for (const [, name = '', namespace] of text.matchAll(SERVICE_HOST))
      hosts.push({ ...MENTION, name, namespace, isHost: true });
  return hosts;
}

/** The accounts whose full name stands in a text, as a user or as an identity of a mesh. */
export function accountsIn(text: string): PlainMention[] {
  if (!text.includes('system:serviceaccount:') && !text.includes('/sa/')) return [];
  return [...text.matchAll(ACCOUNT)].map(([, a, b, c = '', d = '']) => ({
    ...MENTION,
    namespace: a ?? c,
    name: b ?? d,
    kind: 'serviceaccount',
  }));
}

/** `web`, `web.shop`, `web.shop.svc.cluster.local`, `web-0.web.shop.svc`. */
export function serviceHost(host: string): PlainMention[] {
  const labels = host.split('.');
  const svc = labels.indexOf('svc');
  if (svc >= 2) return [{ ...MENTION, name: labels[svc - 2] ?? '', namespace: labels[svc - 1], isHost: true }];
  const [name = '', namespace, further] = labels;
  const hosts = labels.length <= 2 ? [{ ...MENTION, name, namespace, isHost: true }] : [];
  // A pod of a StatefulSet, by its Service: `web-0.web`, `web-0.web.shop`.
  return namespace !== undefined && labels.length <= 3 && /-\d+$/.test(name)
    ? [...hosts, { ...MENTION, name: namespace, namespace: further, isHost: true }]
    : hosts;
}

/** The Service that a value of a ConfigMap exposes, if it is nothing but that. */
export function exposedServices(text: string): PlainMention[] {
  const [, namespace, name = ''] = EXPOSED_SERVICE.exec(text) ?? [];
  return namespace === undefined ? [] : [{ ...MENTION, name, namespace, kind: 'service' }];
}

/** Everything that a text could name as a whole, as an item of a comma list, or as the value of an argument. */
export function wholeNames(text: string): PlainMention[] {
  return text.length > 2000 ? [] : text.split(',').flatMap((part) => partNames(part.trim()));
}

function partNames(part: string): PlainMention[] {
  const [, flag, assigned] = ASSIGNED.exec(part) ?? [];
  if (flag !== undefined && assigned !== undefined) {
    const said = kindOrEnding(flag);
    return partNames(assigned.trim().replace(/^["']|["']$/g, '')).map((mention) => ({
      ...mention,
      kind: mention.kind ?? said,
    }));
  }
  const [, host] = HOST_PORT.exec(part) ?? [];
  if (host !== undefined) return serviceHost(host);
  const joined = /^(.+)@kubernetes(?:crd|gateway)?$/.exec(part)?.[1];
  if (joined !== undefined) return [{ ...MENTION, name: joined, isJoined: true }];
  const own = part.replace(OWN_NAMESPACE, '');
  if (own !== part) return NAME.test(own) ? [{ ...MENTION, name: own, namespace: '' }] : [];
  const [first = '', second, third] = part.split('/');
  if (!NAME.test(first) && !/^[A-Z][A-Za-z]*$/.test(first)) return [];
  if (second === undefined) {
    const dot = first.lastIndexOf('.');
    // Emissary's `NAME.NAMESPACE`.
    const placed = { ...MENTION, name: first.slice(0, dot), namespace: first.slice(dot + 1) };
    return [{ ...MENTION, name: first }, ...(dot > 0 ? [placed, ...serviceHost(first)] : [])];
  }
  if (third !== undefined || !NAME.test(second)) return [];
  return [
    { ...MENTION, name: second, namespace: first },
    { ...MENTION, name: second, kind: first.toLowerCase() },
  ];
}

/** The kind that stands beside a name or in the field that holds it, in small letters; undefined where nothing says one. */
export function kindSaid(found: FoundString): string | undefined {
  const beside = kindBeside(found);
  if (beside !== undefined) return beside.toLowerCase();
  const { field, above } = found;
  const word = kindOrEnding(field);
  return word === '' ? kindOrEnding(above[above.length - 1] ?? '') : word;
}

/** Every kind that what holds a text could speak of: `kind` beside it, its field, the `name` of a `value`, what is above a `name`. */
export function kindsSaid(found: FoundString): readonly string[] {
  const beside = kindBeside(found);
  if (beside !== undefined) return [beside.toLowerCase()];
  const { field, above, holder } = found;
  if (field === 'value' && typeof holder.name === 'string') return kindsOfWord(holder.name);
  const isName = kindOfField(field) === '';
  return kindsOfWord(isName ? (above[above.length - 1] ?? '') : field);
}

/** Maps whose values name no object: labels, and what selects by them; Traefik's ports. */
export const NO_NAMES =
  /^(labels|matchLabels|matchExpressions|nodeSelector|podSelector|selector|namespaceSelector|entryPoints|status|ports)$/;
/** Those in which a field may name a config all the same, where it says so: `ports: [{ tls: { secretName: … } }]`. */
const NAMES_WHERE_SAID = /^(selector|entryPoints|ports)$/;

const IN_CONTAINER =
  /(?:containers|initContainers|ephemeralContainers)\[\d+\]\.(?:args\[\d+\]|command\[\d+\]|env\[\d+\]\.value)$/;
/** What a driver is told, in whatever fields its writer thought of. */
const FOR_A_DRIVER = /(?:^|\.)(?:volumeAttributes|parameters|flexVolume\.options)\./;

/** True for the path of a command, an argument or the value of a variable of a container. */
export function isInContainer(path: string): boolean {
  return IN_CONTAINER.test(path);
}

/** True for what stands in labels, in a status, or in another map whose values name no object. */
export function isNoName({ field, above }: FoundString): boolean {
  const hiding = [...above, field].filter((one) => NO_NAMES.test(one));
  if (hiding.length === 0) return false;
  const isSaid = ['secret', 'configmap'].includes(kindOrEnding(field));
  return !isSaid || hiding.some((one) => !NAMES_WHERE_SAID.test(one));
}

/**
 * Where a plain name counts: custom resources but for their status, annotations, commands, arguments and the values of
 * environment variables, and what a driver of storage or devices is told.
 */
export function isPlaceOfNames(found: FoundString, isCustom: boolean): boolean {
  const { path, field, holder, above } = found;
  if (field === '' || isNoName(found)) return false;
  const annotation = annotationOf(found);
  if (annotation !== undefined) return !annotation.startsWith('app.kubernetes.io/');
  if (path.startsWith('metadata.')) return false;
  if (isInContainer(path)) return true;
  if (!isCustom) return FOR_A_DRIVER.test(path);
  if (field === 'image' || field === 'namespace' || field === 'kind') return false;
  // What names the item of a list itself, as a container does.
  const isItsOwn = field === 'name' && (above[above.length - 1] === 'metadata' || Object.hasOwn(holder, 'image'));
  return !isItsOwn;
}

/** The annotation that a text stands in, be it within JSON. */
function annotationOf({ field, above }: FoundString): string | undefined {
  const at = above.lastIndexOf('annotations');
  return at < 0 ? undefined : (above[at + 1] ?? field);
}

/**
 * Names without a content hash. They are words like any other, so only a whole value, or a form in which nothing but a
 * name of Kubernetes stands, is taken for one: docs/uses.md, "Names without a hash".
 */
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
const HOST_PORT = /^([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?):\d{1,5}(?:\/.*)?$/;

const MENTION = { namespace: undefined, kind: undefined, isHost: false, isJoined: false };

/** The host names of Services that stand in a text: in URLs, and `NAME.NAMESPACE.svc` anywhere. */
export function hostsIn(text: string): PlainMention[] {
  const hosts: PlainMention[] = [];
  if (text.includes('://')) for (const [, host = ''] of text.matchAll(URL_HOST)) hosts.push(...serviceHost(host));
  if (text.includes('.svc'))
    for (const [, name = '', namespace] of text.matchAll(SERVICE_HOST))
      hosts.push({ ...MENTION, name, namespace, isHost: true });
  return hosts;
}

/** `web`, `web.shop`, `web.shop.svc.cluster.local`, `web-0.web.shop.svc`. */
function serviceHost(host: string): PlainMention[] {
  const labels = host.split('.');
  const svc = labels.indexOf('svc');
  if (svc >= 2) return [{ ...MENTION, name: labels[svc - 2] ?? '', namespace: labels[svc - 1], isHost: true }];
  const [name = '', namespace] = labels;
  return labels.length <= 2 ? [{ ...MENTION, name, namespace, isHost: true }] : [];
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
    const said = kindOfField(flag);
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
    return [{ ...MENTION, name: first }, ...(first.includes('.') ? serviceHost(first) : [])];
  }
  if (third !== undefined || !NAME.test(second)) return [];
  return [
    { ...MENTION, name: second, namespace: first },
    { ...MENTION, name: second, kind: first.toLowerCase() },
  ];
}

/** Short names of kubectl, and words that stand for a kind. */
const SHORT: Readonly<Record<string, string>> = {
  cm: 'configmap',
  deploy: 'deployment',
  ds: 'daemonset',
  pvc: 'persistentvolumeclaim',
  pv: 'persistentvolume',
  sa: 'serviceaccount',
  sts: 'statefulset',
  svc: 'service',
};

/**
 * The kind that a field or a flag speaks of, in small letters, if its name is a kind's: `secretName`, `configMapRef`,
 * `services`, `ingress-class`. Any other word is returned as well: the caller knows which kinds there are.
 */
export function kindOfField(field: string): string {
  const word = field
    .replace(/[-_.]/g, '')
    .toLowerCase()
    .replace(/(key)?(names?|refs?|references?|selectors?)$/, '');
  const single = /(ss|sh|ch|x)es$/.test(word) ? word.slice(0, -2) : word.replace(/([^s])s$/, '$1');
  return SHORT[single] ?? single;
}

/** The kind that stands beside a name or in the field that holds it, in small letters; undefined where nothing says one. */
export function kindSaid(found: FoundString): string | undefined {
  const beside = kindBeside(found);
  if (beside !== undefined) return beside.toLowerCase();
  const { field, above } = found;
  const word = kindOfField(field);
  return word === '' ? kindOfField(above[above.length - 1] ?? '') : word;
}

/** Maps whose values name no object: labels, and what selects by them; Traefik's ports. */
export const NO_NAMES =
  /^(labels|matchLabels|matchExpressions|nodeSelector|podSelector|selector|namespaceSelector|entryPoints|status|ports)$/;

const IN_CONTAINER =
  /(?:containers|initContainers|ephemeralContainers)\[\d+\]\.(?:args\[\d+\]|command\[\d+\]|env\[\d+\]\.value)$/;

/** True for the path of a command, an argument or the value of a variable of a container. */
export function isInContainer(path: string): boolean {
  return IN_CONTAINER.test(path);
}

/**
 * Where a plain name counts: custom resources but for their status, annotations, commands, arguments and the values of
 * environment variables.
 */
export function isPlaceOfNames({ path, field, holder, above }: FoundString, isCustom: boolean): boolean {
  if (field === '' || NO_NAMES.test(field) || above.some((one) => NO_NAMES.test(one))) return false;
  const parent = above[above.length - 1];
  if (parent === 'annotations') return !field.startsWith('app.kubernetes.io/');
  if (path.startsWith('metadata.')) return false;
  if (isInContainer(path)) return true;
  if (!isCustom || field === 'image' || field === 'namespace' || field === 'kind') return false;
  // What names the item of a list itself, as a container does.
  const isItsOwn = field === 'name' && (parent === 'metadata' || Object.hasOwn(holder, 'image'));
  return !isItsOwn;
}

/** How names may look, by kind: k8s.io/apimachinery pkg/api/validation, tried on a 1.37 server. */
import { groupOf, type KubeObject } from './object.js';

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const CONFIG_KEY = /^[-._a-zA-Z0-9]{1,253}$/;
// eslint-disable-next-line no-control-regex -- control characters are the subject
const UNSEEN = /[\u0000-\u0020\u007f-\u00a0\u2000-\u200f\u2028-\u202f\u2060-\u206f\ufeff]/;

/** Groups whose kinds have DNS names unless the table below says otherwise. What an extension server takes is its own affair. */
const BUILT_IN: ReadonlySet<string> = new Set([
  '',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apps',
  'autoscaling',
  'batch',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'gateway.networking.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'policy',
  'scheduling.k8s.io',
  'storage.k8s.io',
]);

/** Kinds with other rules. An IPAddress is named by its address, which may hold colons. */
const FORMS: Readonly<Record<string, 'label' | 'segment'>> = {
  '/Namespace': 'label',
  '/Service': 'label',
  'networking.k8s.io/IPAddress': 'segment',
};

/** What is wrong with an object's name, as the end of a sentence; undefined where nothing is. */
export function nameProblem({ apiVersion, kind, metadata: { name } }: KubeObject): string | undefined {
  const group = groupOf(apiVersion);
  const form = FORMS[`${group}/${kind}`] ?? (BUILT_IN.has(group) ? 'subdomain' : 'segment');
  if (form === 'segment') return segmentProblem(name);
  const [pattern, most] = form === 'label' ? [LABEL, 63] : [SUBDOMAIN, 253];
  if (name.length > most) return `has ${name.length} characters, and at most ${most} are allowed`;
  if (pattern.test(name)) return undefined;
  const dots = form === 'label' ? '' : ' and "."';
  return `may hold only lower case letters, digits, "-"${dots}, and begins and ends with a letter or a digit`;
}

/** What is wrong with a namespace's name; undefined where nothing is. */
export function namespaceProblem(namespace: string): string | undefined {
  return nameProblem({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
}

/** A name that only has to stand in a URL: roles, and the kinds of extension servers. */
function segmentProblem(name: string): string | undefined {
  if (name === '.' || name === '..' || /[/%]/.test(name)) return 'cannot be ".", ".." nor hold "/" or "%"';
  return UNSEEN.test(name) ? 'cannot hold blanks, control characters or characters that nobody sees' : undefined;
}

/** True for what the server takes as a key of a ConfigMap or Secret. */
export function isConfigKey(key: string): boolean {
  return CONFIG_KEY.test(key) && key !== '.' && !key.startsWith('..');
}

/** From rendered objects to what is sent: everything that can be wrong with the input is found here, before a write. */
import { EXIT, inputError, KapplyError } from '../../../errors.js';
import { findResource, type ApiResource, type Discovery } from '../../../cluster/cluster.js';
import { isStamp, stampSet } from '../../sets/ownership.js';
import { isJsonObject } from '../../../objects/json.js';
import { isSecret } from '../../../objects/kinds.js';
import {
  formatId,
  groupOf,
  idOf,
  keyOf,
  versionOf,
  type KubeObject,
  type ObjectMeta,
} from '../../../objects/object.js';
import type { RenderedObject } from '../../../objects/rendered.js';
import { withoutServerMetadata } from '../../../objects/serverFields.js';
import { LAST_APPLIED_ANNOTATION } from '../../../objects/annotations.js';
import { isConfigKey, nameProblem, namespaceProblem } from '../../../objects/names.js';
import { definedResources } from './definitions.js';
import type { Member } from '../member.js';

export interface PrepareOptions {
  readonly discovery: Discovery;
  /** undefined: nothing is stamped. */
  readonly set: string | undefined;
  /** `-n`, where given. */
  readonly namespace: string | undefined;
  /** The context's namespace. */
  readonly defaultNamespace: string;
}

/**
 * Finds each object's resource, settles its namespace, folds stringData into data and stamps the set.
 * @throws KapplyError (exit 2): `UnknownKind`, `NamespaceMismatch`, `MissingName`, `InvalidName`, `DuplicateObject`
 */
export function prepareObjects(rendered: readonly RenderedObject[], options: PrepareOptions): Member[] {
  const pending = definedResources(rendered.map(({ object }) => object));
  const seen = new Map<string, RenderedObject>();
  return rendered.map((given) => {
    const item = withoutNulls(given);
    const { object } = item;
    const served = findResource(
      options.discovery,
      groupOf(object.apiVersion),
      versionOf(object.apiVersion),
      object.kind,
    );
    const resource =
      served ??
      pending.find(
        ({ group, version, kind }) =>
          group === groupOf(object.apiVersion) && version === versionOf(object.apiVersion) && kind === object.kind,
      );
    if (resource === undefined) throw unknownKind(item, options.discovery);
    const prepared = prepareOne(item, resource, options);
    const id = idOf(prepared);
    const key = keyOf(id);
    const twin = seen.get(key);
    if (twin !== undefined) {
      throw inputError(
        'DuplicateObject',
        `${formatId(id, true)} is there twice: in ${twin.origin.file} and in ${item.origin.file}`,
        {
          position: item.origin,
          suggestions: ['Remove one of the two.'],
        },
      );
    }
    seen.set(key, item);
    return { id, object: prepared, resource, rendered: item, pendingKind: served === undefined };
  });
}

/** `annotations:` or `namespace:` with nothing behind it is null: the same as no field. */
function withoutNulls(item: RenderedObject): RenderedObject {
  const fields = Object.entries(item.object.metadata as unknown as Readonly<Record<string, unknown>>);
  const metadata = fields.filter(([, value]) => value !== null);
  if (metadata.length === fields.length) return item;
  return { ...item, object: { ...item.object, metadata: Object.fromEntries(metadata) as unknown as ObjectMeta } };
}

function prepareOne(item: RenderedObject, resource: ApiResource, options: PrepareOptions): KubeObject {
  const { object } = item;
  if (typeof object.metadata.name !== 'string' || object.metadata.name === '') {
    const generateName = object.metadata.generateName;
    throw inputError(
      'MissingName',
      `${object.kind} in ${item.origin.file} has no metadata.name${generateName === undefined ? '' : ', only generateName, which cannot be applied twice'}`,
      {
        position: item.origin,
        suggestions: ['Give it a name.'],
      },
    );
  }
  const { namespace: _, ...metadata } = withoutServerMetadata(object);
  refuseNames(item, options);
  const namespace = resource.namespaced ? settleNamespace(item, options) : undefined;
  refuseSecretValues(object, item);
  refuseNoBase64(object, item);
  const sent = { ...object, metadata: { ...metadata, ...(namespace !== undefined && { namespace }) } };
  return stampSet(foldStringData(withoutRules(withoutStamps(sent))), options.set);
}

/**
 * A manifest that was exported from a cluster carries what kapply wrote there: whose it is now, this run says. The note
 * of `kubectl apply` goes as well: it tells of another apply, and what takes over from kubectl removes it.
 */
function withoutStamps(object: KubeObject): KubeObject {
  const { annotations } = object.metadata;
  if (annotations === undefined) return object;
  const own = Object.entries(annotations).filter(([key]) => !isStamp(key) && key !== LAST_APPLIED_ANNOTATION);
  return own.length === Object.keys(annotations).length
    ? object
    : { ...object, metadata: { ...object.metadata, annotations: Object.fromEntries(own) } };
}

/** The controller writes the rules of an aggregated ClusterRole: even an empty list is a conflict with it (seen). */
function withoutRules(object: KubeObject): KubeObject {
  const isAggregated =
    object.kind === 'ClusterRole' &&
    groupOf(object.apiVersion) === 'rbac.authorization.k8s.io' &&
    object.aggregationRule !== undefined &&
    object.aggregationRule !== null;
  if (!isAggregated || !Object.hasOwn(object, 'rules')) return object;
  const { rules: _, ...rest } = object;
  return rest;
}

/** What the server would refuse, and what must not stand in a path, is found with its file, before anything is sent. */
function refuseNames({ object, origin }: RenderedObject, { namespace: flag }: PrepareOptions): void {
  const { name, namespace = '' } = object.metadata;
  const problem = nameProblem(object);
  if (problem !== undefined) {
    throw inputError('InvalidName', `${object.kind} ${JSON.stringify(name)}: its name ${problem}`, {
      position: origin,
    });
  }
  const inNamespace = namespace === '' ? undefined : namespaceProblem(namespace);
  if (inNamespace !== undefined) {
    throw inputError(
      'InvalidName',
      `${formatId(idOf(object))}: the namespace ${JSON.stringify(namespace)} ${inNamespace}`,
      { position: origin },
    );
  }
  const ofFlag = flag === undefined ? undefined : namespaceProblem(flag);
  if (ofFlag !== undefined) throw inputError('InvalidName', `--namespace=${JSON.stringify(flag)}: it ${ofFlag}`);
}

function settleNamespace(item: RenderedObject, { namespace, defaultNamespace }: PrepareOptions): string {
  const own = item.object.metadata.namespace;
  if (own === undefined || own === '') return namespace ?? defaultNamespace;
  if (namespace !== undefined && own !== namespace) {
    throw inputError(
      'NamespaceMismatch',
      `${formatId(idOf(item.object))} in ${item.origin.file} names the namespace ${own}, but -n says ${namespace}`,
      {
        position: item.origin,
        suggestions: [`Leave -n out, or set "namespace: ${namespace}" in the kustomization.`],
      },
    );
  }
  return own;
}

/**
 * A Secret's values are strings. The server's refusal of another type quotes the value (seen: `expected string, got
 * …{Value:12345678}`), so it is never asked.
 */
function refuseSecretValues(object: KubeObject, item: RenderedObject): void {
  if (!isSecret(object)) return;
  const refuse = (path: string, wanted: string, value: unknown): never => {
    throw inputError(
      'InvalidSecret',
      `${formatId(idOf(object), true)} in ${item.origin.file}: ${path} must ${wanted}, not a ${typeWord(value)}`,
      { position: item.origin, suggestions: ['Put quotes around the value.'] },
    );
  };
  for (const field of ['data', 'stringData']) {
    const entries = object[field] ?? {};
    if (!isJsonObject(entries)) return refuse(field, 'hold keys and values', entries);
    for (const [index, [key, value]] of Object.entries(entries).entries()) {
      // A file that is no env file (a private key) becomes keys: they are not quoted either.
      if (!isConfigKey(key)) {
        throw inputError(
          'InvalidSecret',
          `${formatId(idOf(object), true)} in ${item.origin.file}: key ${index + 1} of ${field} is not a key that a Secret can have`,
          {
            position: item.origin,
            suggestions: [
              'A key holds letters, digits, "-", "_" and ".". A file that is not made of key=value lines belongs under "files", not "envs".',
            ],
          },
        );
      }
      if (value !== null && typeof value !== 'string') refuse(`${field}.${key}`, 'be a string', value);
    }
  }
}

/** The server's refusal says neither the object's key nor where it stands. */
function refuseNoBase64(object: KubeObject, { origin }: RenderedObject): void {
  const field = isSecret(object) ? 'data' : object.kind === 'ConfigMap' ? 'binaryData' : undefined;
  const entries = field === undefined || groupOf(object.apiVersion) !== '' ? undefined : object[field];
  if (field === undefined || !isJsonObject(entries)) return;
  for (const [key, value] of Object.entries(entries)) {
    if (typeof value !== 'string' || isBase64(value)) continue;
    throw inputError(
      'InvalidBase64',
      `${formatId(idOf(object), true)} in ${origin.file}: ${field}.${key} is not base64`,
      {
        position: origin,
        suggestions: [
          `Plain text belongs under ${field === 'data' ? 'stringData' : 'data'}, or encode it: base64 -w0 FILE`,
        ],
      },
    );
  }
}

/** As Go decodes it (encoding/base64, StdEncoding): padded, and line breaks do not count. */
function isBase64(text: string): boolean {
  const packed = text.replace(/[\r\n]/g, '');
  return packed.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(packed);
}

function typeWord(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'object') return 'map';
  return typeof value === 'bigint' ? 'number' : typeof value;
}

/** managedFields own f:stringData, and a key that leaves it stays in data (seen): so only data is ever sent. */
function foldStringData(object: KubeObject): KubeObject {
  const { stringData, ...rest } = object;
  if (!isSecret(object) || !isJsonObject(stringData)) return object;
  const encoded = Object.entries(stringData).map(
    ([key, value]) => [key, Buffer.from(typeof value === 'string' ? value : '', 'utf8').toString('base64')] as const,
  );
  return {
    ...rest,
    data: { ...(object.data as Record<string, string> | undefined), ...Object.fromEntries(encoded) },
  };
}

function unknownKind(item: RenderedObject, discovery: Discovery): KapplyError {
  const { apiVersion, kind } = item.object;
  const broken = discovery.failures.find(({ groupVersion }) => groupVersion === apiVersion);
  const what = `${formatId(idOf(item.object))} in ${item.origin.file}`;
  if (broken !== undefined) {
    return new KapplyError(
      'DiscoveryFailed',
      `${what}: the server could not say what ${apiVersion} holds: ${broken.message}`,
      EXIT.refused,
      {
        position: item.origin,
        suggestions: ['kubectl get apiservices shows which extension API server does not answer.'],
      },
    );
  }
  const others = discovery.resources
    .filter((resource) => resource.kind === kind)
    .map(({ group, version }) => (group === '' ? version : `${group}/${version}`));
  return inputError('UnknownKind', `${what}: the server has no kind ${kind} in ${apiVersion}`, {
    position: item.origin,
    suggestions: [
      others.length > 0
        ? `The server has it in ${[...new Set(others)].join(', ')}.`
        : 'Add its CustomResourceDefinition to the set, or install it first.',
    ],
  });
}

/** From rendered objects to what is sent: everything that can be wrong with the input is found here, before a write. */
import { inputError } from '../../../errors.js';
import { findResource, type ApiResource, type Discovery } from '../../../cluster/cluster.js';
import { stampSet } from '../../sets/ownership.js';
import { formatId, groupOf, idOf, keyOf, versionOf, type KubeObject } from '../../../objects/object.js';
import type { RenderedObject } from '../../../objects/rendered.js';
import { withoutServerMetadata } from '../../../objects/serverFields.js';
import { nameProblem, namespaceProblem } from '../../../objects/names.js';
import type { Member } from '../member.js';
import { definedResources } from './definitions.js';
import { withoutNulls, foldStringData, withoutRules, withoutStamps } from './sentObject.js';
import { unknownKind } from './unknownKind.js';
import { refuseSecretValues, refuseNoBase64 } from './refuseValues.js';

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

import { keyOfResource } from '../catalog.js';
import type { Controller } from './simulation.js';
import { keyOf, splitKey } from './simulation.js';

/**
 * Empties a namespace that is going, and lets it go when nothing is left
 * (kubernetes/kubernetes pkg/controller/namespace/deletion).
 */
export const namespaceDeletion: Controller = {
  name: 'namespace-controller',
  keysFor: ({ kind, object }) => {
    if (kind === 'Namespace') return [keyOf(object)];
    return object.metadata.namespace === undefined ? [] : [`/${object.metadata.namespace}`];
  },
  sync: (key, { client, world }) => {
    const { name } = splitKey(key);
    const namespace = client.get('Namespace', '', name);
    if (namespace?.metadata.deletionTimestamp === undefined) return undefined;
    const kinds = new Set(
      world.catalog
        .resources()
        .filter(({ namespaced }) => namespaced)
        .map(keyOfResource),
    );
    let remaining = 0;
    for (const kind of kinds) {
      for (const object of client.list(kind, name)) {
        if (object.metadata.deletionTimestamp === undefined) client.remove(kind, object);
      }
      remaining += client.list(kind, name).length;
    }
    const isHeld = (namespace.metadata.finalizers ?? []).length > 0;
    if (remaining === 0 && !isHeld) world.store.remove('Namespace', '', name);
    return undefined;
  },
};

const ROOT_CA = 'kube-root-ca.crt';

/** What every namespace has: the ServiceAccount `default` and the ConfigMap with the server's certificate authority. */
export function namespaceDefaults(certificateAuthority: string): Controller {
  return {
    name: 'serviceaccount-controller',
    kinds: ['Namespace', 'ServiceAccount', 'ConfigMap'],
    keysFor: ({ kind, type, object }) => {
      const { name, namespace = '' } = object.metadata;
      if (kind === 'Namespace') return type === 'DELETED' ? [] : [name];
      const own = kind === 'ServiceAccount' ? name === 'default' : name === ROOT_CA;
      return own && type === 'DELETED' ? [namespace] : [];
    },
    sync: (name, { client }) => {
      const namespace = client.get('Namespace', '', name);
      if (namespace === undefined || namespace.metadata.deletionTimestamp !== undefined) return undefined;
      if (client.get('ServiceAccount', name, 'default') === undefined) {
        client.create('ServiceAccount', { metadata: { name: 'default', namespace: name } });
      }
      if (client.get('ConfigMap', name, ROOT_CA) === undefined) {
        const description =
          'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. ' +
          'No other usage is guaranteed across distributions of Kubernetes clusters.';
        client.create('ConfigMap', {
          metadata: {
            name: ROOT_CA,
            namespace: name,
            annotations: { 'kubernetes.io/description': description },
          },
          data: { 'ca.crt': certificateAuthority },
        });
      }
      return undefined;
    },
  };
}

import type { KubeObject } from '../../objects/object.js';
import type { Catalog } from '../catalog.js';
import type { Store } from '../store.js';
import type { Codec } from '../wire.js';

/** What every request works on. */
export interface World {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly codec: Codec;
  /** What tokens of service accounts are signed with. */
  readonly tokenKey: string;
}

/** How a write is made: the query of its URL, and who asks. */
export interface WriteOptions {
  /** The field manager: `fieldManager`, or what the user agent begins with. */
  readonly manager: string;
  /** Everything but storing. */
  readonly dryRun?: boolean;
  /** What to do with fields that the kind does not have; `Warn` where a request does not tell. */
  readonly fieldValidation?: 'Strict' | 'Warn' | 'Ignore';
  readonly subresource?: 'status' | 'scale';
  /** Texts for `Warning` headers. */
  readonly warn?: (text: string) => void;
}

/** What a write came to. */
export interface Written {
  readonly object: KubeObject;
  readonly created: boolean;
}

/** Where an object is; `namespace` is '' for objects of the cluster. */
export interface Address {
  readonly namespace: string;
  readonly name: string;
}

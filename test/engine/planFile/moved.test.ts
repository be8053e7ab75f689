import assert from 'node:assert/strict';
import type { Change } from '../../../src/engine/plan/member.js';
import { standingOf, type Standing } from '../../../src/engine/planFile/moved.js';
import type { PlannedChange } from '../../../src/engine/planFile/planFile.js';
import { makeSealer } from '../../../src/engine/planFile/seal.js';
import { makeMasks } from '../../../src/objects/masks.js';
import type { KubeObject } from '../../../src/objects/object.js';
import { resource } from '../fakeCluster.js';

type Fields = Readonly<Record<string, unknown>>;

interface Case {
  readonly name: string;
  readonly manifest?: Fields;
  /** The live object and what would become of it, when the plan was made and now. */
  readonly was?: Fields;
  readonly is?: Fields;
  readonly planned?: Partial<PlannedChange>;
  readonly now?: Partial<Change>;
  readonly standing: Standing | RegExp;
}

const metadata = { name: 'web', namespace: 'shop' };
const before: Fields = { spec: { image: 'a' } };
const objectOf = (kind: string, fields: Fields): KubeObject => ({
  apiVersion: 'v1',
  kind,
  ...fields,
  metadata: { ...metadata, uid: 'uid-1', ...(fields.metadata as object | undefined) },
});

const CASES: readonly Case[] = [
  { name: 'nothing', standing: 'sameAsPlanned' },
  { name: 'a status', is: { ...before, status: { ready: 1 } }, standing: 'sameAsPlanned' },
  { name: 'the version', is: { ...before, metadata: { resourceVersion: '9' } }, standing: 'sameAsPlanned' },
  { name: 'a field', is: { spec: { image: 'b' } }, standing: /^\.spec\.image was "a" and is "b"$/ },
  {
    name: 'a field that came',
    is: { spec: { image: 'a', x: {} } },
    standing: /^\.spec\.x was not there and is a map$/,
  },
  { name: 'a field that went', is: { spec: {} }, standing: /^\.spec\.image was "a" and is not there$/ },
  {
    name: 'a list',
    was: { spec: { l: [1] } },
    is: { spec: { l: [1, 2] } },
    standing: /^\.spec\.l has changed|a list of 1/,
  },
  { name: 'a label of others', is: { ...before, metadata: { labels: { a: 'b' } } }, standing: 'sameAsPlanned' },
  {
    name: 'a label of the manifest',
    manifest: { metadata: { labels: { a: 'a' } } },
    is: { ...before, metadata: { labels: { a: 'b' } } },
    standing: /^\.metadata\.labels\.a was not there and is "b"$/,
  },
  {
    name: 'an annotation that the change takes away',
    was: { ...before, metadata: { annotations: { old: '1' } } },
    is: { ...before, metadata: { annotations: { old: '2' } } },
    planned: { after: objectOf('Widget', before) },
    standing: /^\.metadata\.annotations\.old was "1" and is "2"$/,
  },
  {
    name: 'when a config was last come back to',
    was: { ...before, metadata: { annotations: { 'kapply.dev/used-at': '1' } } },
    is: { ...before, metadata: { annotations: { 'kapply.dev/used-at': '2' } } },
    planned: { after: objectOf('Widget', before) },
    standing: 'sameAsPlanned',
  },
  {
    name: 'replicas',
    was: { spec: { replicas: 1 } },
    is: { spec: { replicas: 2 } },
    standing: /replicas was 1 and is 2/,
  },
  {
    name: 'replicas that the manifest leaves to others',
    was: { spec: { replicas: 1 } },
    is: { spec: { replicas: 2 } },
    planned: { keepsReplicas: true },
    standing: 'sameAsPlanned',
  },
  {
    name: 'a certificate that is injected',
    manifest: { kind: 'ValidatingWebhookConfiguration', webhooks: [{ name: 'a' }] },
    was: { webhooks: [{ name: 'a', clientConfig: { caBundle: 'x' } }] },
    is: { webhooks: [{ name: 'a', clientConfig: { caBundle: 'y' } }] },
    standing: 'sameAsPlanned',
  },
  {
    name: 'a certificate that the manifest names',
    manifest: { kind: 'ValidatingWebhookConfiguration', webhooks: [{ name: 'a', clientConfig: { caBundle: 'x' } }] },
    was: { webhooks: [{ name: 'a', clientConfig: { caBundle: 'x' } }] },
    is: { webhooks: [{ name: 'a', clientConfig: { caBundle: 'y' } }] },
    standing: /caBundle was "x" and is "y"/,
  },
  {
    name: 'the rules of an aggregated role',
    manifest: { kind: 'ClusterRole', aggregationRule: {}, rules: [] },
    was: { aggregationRule: {}, rules: [{}] },
    is: { aggregationRule: {}, rules: [{}, {}] },
    standing: 'sameAsPlanned',
  },
  {
    name: 'the rules of a role',
    manifest: { kind: 'ClusterRole', rules: [{}] },
    was: { rules: [{}] },
    is: { rules: [{}, {}] },
    standing: /rules was a list of 1 and is a list of 2/,
  },
  {
    name: 'a take-over that is not in the plan',
    now: { takesOver: ['kubectl-edit'] },
    standing: /^fields of kubectl-edit would be taken over, which the plan does not say$/,
  },
  { name: 'a take-over that is', planned: { takesOver: ['a'] }, now: { takesOver: ['a'] }, standing: 'sameAsPlanned' },
  {
    name: 'a write where the plan has none',
    planned: { action: 'unchanged', after: null },
    now: { action: 'configure', changed: [] },
    standing: /^would be changed \(only who owns its fields\), and the plan says that it would be left as it is$/,
  },
  {
    name: 'a recreation instead of a change',
    now: { action: 'recreate' },
    standing: /^would be deleted and created, and the plan says that it would be changed$/,
  },
  {
    name: 'what the server would store',
    now: { after: objectOf('Widget', { spec: { image: 'c', sidecar: true } }) },
    standing: /^the server would store something else: \.spec\.sidecar was not there and is true$/,
  },
  {
    name: 'what the server would store, where it was not asked',
    planned: { validated: false },
    now: { after: objectOf('Widget', { spec: { image: 'c', sidecar: true } }) },
    standing: 'sameAsPlanned',
  },
  {
    name: 'something else beside what is done already',
    is: { spec: { image: 'c', paused: true } },
    now: { action: 'unchanged', changed: [] },
    standing: /^\.spec\.paused was not there and is true$/,
  },
  {
    name: 'nothing, where the server could not be asked',
    planned: { action: 'recreate' },
    now: { validated: false, changed: ['db'], notes: ['was not validated: a webhook hangs'] },
    standing: /^would be changed \(db\), .* deleted and created; it was not validated: a webhook hangs$/,
  },
  {
    name: 'nothing more to do',
    is: { spec: { image: 'c' } },
    now: { action: 'unchanged', changed: [] },
    standing: 'done',
  },
  {
    name: 'the mark of a config alone',
    planned: { action: 'unchanged', after: null },
    now: { action: 'configure', changed: ['annotations.kapply.dev/used-at'] },
    standing: 'sameAsPlanned',
  },
];

describe('what moves under a plan', () => {
  for (const { name, manifest = {}, was = before, is = was, planned = {}, now = {}, standing } of CASES) {
    it(`${name}: ${standing instanceof RegExp ? 'refused' : String(standing)}`, () => {
      const kind = typeof manifest.kind === 'string' ? manifest.kind : 'Widget';
      const after = objectOf(kind, { spec: { image: 'c' } });
      const object = objectOf(kind, manifest);
      const [group, version, id] = ['', 'v1', { group: '', kind, namespace: 'shop', name: 'web' }];
      const change: Change = {
        member: {
          id,
          object,
          resource: resource('v1', kind, 'widgets'),
          rendered: { object, origin: { file: 'a.yaml' }, generated: false },
          pendingKind: false,
        },
        action: 'configure',
        replaces: undefined,
        validated: true,
        live: objectOf(kind, is),
        // A manifest that names no replicas would leave them to others.
        desired: { ...object, spec: { replicas: 1 } },
        after: planned.after ?? after,
        changed: ['image'],
        takesOver: [],
        notes: [],
        ...now,
      };
      const replicas = { ...change, member: { ...change.member, object: change.desired } };
      const entry: PlannedChange = {
        ...id,
        group,
        version,
        action: 'configure',
        validated: true,
        changed: ['image'],
        takesOver: [],
        notes: [],
        keepsReplicas: false,
        live: { uid: 'uid-1', resourceVersion: '1', object: objectOf(kind, was) },
        after,
        ...planned,
      };
      const found = standingOf(entry, replicas, object, makeSealer('c2FsdA==', makeMasks()));
      if (standing instanceof RegExp) assert.match([found].flat().join('; '), standing);
      else assert.equal(found, standing);
    });
  }

  it('compares a text that one side holds as a hash', () => {
    const sealer = makeSealer('c2FsdA==', makeMasks());
    const live = objectOf('Widget', { spec: { token: 'some-text' } });
    const entry = {
      group: '',
      version: 'v1',
      kind: 'Widget',
      namespace: 'shop',
      name: 'web',
      action: 'unchanged',
      validated: true,
      changed: [],
      takesOver: [],
      notes: [],
      keepsReplicas: true,
      live: { uid: 'uid-1', resourceVersion: '1', object: { ...live, spec: { token: sealer.seal('some-text') } } },
      after: null,
    } as const;
    const change = (token: string): Change => ({
      member: {
        id: { group: '', kind: 'Widget', namespace: 'shop', name: 'web' },
        object: live,
        resource: resource('v1', 'Widget', 'widgets'),
        rendered: { object: live, origin: { file: 'a.yaml' }, generated: false },
        pendingKind: false,
      },
      action: 'unchanged',
      replaces: undefined,
      validated: true,
      live: { ...live, spec: { token } },
      desired: live,
      after: live,
      changed: [],
      takesOver: [],
      notes: [],
    });
    assert.equal(standingOf(entry, change('some-text'), live, sealer), 'sameAsPlanned');
    assert.deepEqual(standingOf(entry, change('other-text'), live, sealer), ['.spec.token has changed']);
  });
});

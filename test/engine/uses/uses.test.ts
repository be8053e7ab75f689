import assert from 'node:assert/strict';
import type { ApiResource } from '../../../src/cluster/cluster.js';
import { ignoredKey } from '../../../src/engine/uses/ignoredKinds.js';
import { scanUses, unknownUses } from '../../../src/engine/uses/scanUses.js';
import { indexUses, useKey } from '../../../src/engine/uses/uses.js';
import { LAST_APPLIED_ANNOTATION } from '../../../src/objects/annotations.js';
import { idOf, type KubeObject, type ObjectId } from '../../../src/objects/object.js';
import { fakeCluster, forbidden, refusal, resource, RESOURCES, type FakeRequest } from '../fakeCluster.js';

const CONFIG: ObjectId = { group: '', kind: 'ConfigMap', namespace: 'shop', name: 'cfg-2222222222' };
const PLAIN: ObjectId = { ...CONFIG, name: 'cfg' };

function made(apiVersion: string, kind: string, name: string, more: Record<string, unknown> = {}): KubeObject {
  const { metadata, ...rest } = more;
  return {
    apiVersion,
    kind,
    ...rest,
    metadata: { name, namespace: 'shop', uid: `${kind}/${name}`, ...(metadata as object) },
  };
}

function ownedBy(owner: KubeObject): { ownerReferences: readonly object[] } {
  const { apiVersion, kind, metadata } = owner;
  return { ownerReferences: [{ apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true }] };
}

const podSpec = (config: string): object => ({
  containers: [{ name: 'app', envFrom: [{ configMapRef: { name: config } }] }],
});
const template = (config: string): object => ({ spec: podSpec(config) });

/** What uses the candidate, in words, `(inactive)` for what could only be gone back to. */
function wordsOf(objects: readonly KubeObject[], candidate: ObjectId = CONFIG, plainNames = false): string[] {
  const uses = indexUses(objects, [candidate], plainNames).get(useKey(candidate)) ?? [];
  return uses.map(({ words, active }) => (active ? words : `${words} (inactive)`));
}

describe('indexUses', () => {
  const web = made('apps/v1', 'Deployment', 'web', { spec: { template: template('cfg-4444444444') } });
  const revision = (number: string, replicas: number): KubeObject =>
    made('apps/v1', 'ReplicaSet', `web-${number}`, {
      metadata: { ...ownedBy(web), annotations: { 'deployment.kubernetes.io/revision': number } },
      spec: { replicas, template: template(CONFIG.name) },
    });

  it('names a pod with its chain of owners and its revision', () => {
    const set = revision('3', 1);
    const pod = made('v1', 'Pod', 'web-abc', { metadata: ownedBy(set), spec: podSpec(CONFIG.name) });
    assert.deepEqual(wordsOf([web, set, pod]), [
      'ReplicaSet/web-3 of Deployment/web, revision 3',
      'Pod/web-abc of Deployment/web, revision 3',
    ]);
    const [use] = indexUses([web, set, pod], [CONFIG]).get(useKey(CONFIG)) ?? [];
    assert.deepEqual(use?.root, idOf(web));
    assert.equal(use.revision, '3');
  });

  it('takes a ReplicaSet at 0 for what rollout undo goes back to, not for a use', () => {
    assert.deepEqual(wordsOf([web, revision('2', 0)]), ['ReplicaSet/web-2 of Deployment/web, revision 2 (inactive)']);
  });

  it('takes a ReplicaSet at 0 whose pods still go for a use', () => {
    const going = { ...revision('2', 0), status: { replicas: 1 } };
    assert.deepEqual(wordsOf([web, going]), ['ReplicaSet/web-2 of Deployment/web, revision 2']);
  });

  it('takes a ReplicaSet of its own that is scaled to 0 for a use: scaling it up starts pods', () => {
    const lone = made('apps/v1', 'ReplicaSet', 'lone', { spec: { replicas: 0, template: template(CONFIG.name) } });
    assert.deepEqual(wordsOf([lone]), ['ReplicaSet/lone']);
  });

  it('takes an owned ReplicationController at 0 for a past revision of a DeploymentConfig, and any other for a use', () => {
    const config = made('apps.openshift.io/v1', 'DeploymentConfig', 'web');
    const controller = (replicas: number, more: Record<string, unknown> = {}): KubeObject =>
      made('v1', 'ReplicationController', 'web-7', {
        metadata: {
          ...ownedBy(config),
          annotations: { 'openshift.io/deployment-config.latest-version': '7' },
          ...more,
        },
        spec: { replicas, template: template(CONFIG.name) },
      });
    const words = 'ReplicationController/web-7 of DeploymentConfig/web, revision 7';
    assert.deepEqual(wordsOf([config, controller(0)]), [`${words} (inactive)`]);
    assert.deepEqual(wordsOf([config, controller(1)]), [words]);
    assert.deepEqual(wordsOf([controller(0, { ownerReferences: [] })]), ['ReplicationController/web-7, revision 7']);
  });

  it('tells the revision of a ControllerRevision', () => {
    const db = made('apps/v1', 'StatefulSet', 'db', { spec: { template: template('cfg-4444444444') } });
    const old = made('apps/v1', 'ControllerRevision', 'db-1', {
      metadata: ownedBy(db),
      revision: 4,
      data: { spec: { template: template(CONFIG.name) } },
    });
    assert.deepEqual(wordsOf([db, old]), ['ControllerRevision/db-1 of StatefulSet/db, revision 4 (inactive)']);
  });

  describe('what starts an old revision again is a use', () => {
    const db = (strategy: string, currentRevision: string, updateRevision: string): KubeObject =>
      made('apps/v1', 'StatefulSet', 'db', {
        spec: { updateStrategy: { type: strategy }, template: template('cfg-4444444444') },
        status: { currentRevision, updateRevision },
      });
    const old = (owner: KubeObject): KubeObject =>
      made('apps/v1', 'ControllerRevision', 'db-1', {
        metadata: ownedBy(owner),
        revision: 1,
        data: { spec: { template: template(CONFIG.name) } },
      });
    const words = 'ControllerRevision/db-1 of StatefulSet/db, revision 1';
    // Seen on Kubernetes 1.37: a pod that is lost during a rolling update comes back with the current revision.
    for (const [name, owner, active] of [
      ['the current revision while a rolling update goes on', db('RollingUpdate', 'db-1', 'db-2'), true],
      ['an older one', db('RollingUpdate', 'db-3', 'db-4'), false],
      ['the current revision once all pods are on it', db('RollingUpdate', 'db-1', 'db-1'), false],
      [
        'the current revision with OnDelete: a lost pod comes back with the newest',
        db('OnDelete', 'db-1', 'db-2'),
        false,
      ],
      [
        'the revision of a DaemonSet',
        made('apps/v1', 'DaemonSet', 'db', { status: { currentRevision: 'db-1' } }),
        false,
      ],
    ] as const) {
      it(`${name}: ${active}`, () => {
        const of = words.replace('StatefulSet', owner.kind);
        assert.deepEqual(wordsOf([old(owner), owner]), [active ? of : `${of} (inactive)`]);
      });
    }

    it('the current revision of a CloneSet while its update goes on', () => {
      const clones = {
        ...db('InPlaceIfPossible', 'db-1', 'db-2'),
        apiVersion: 'apps.kruise.io/v1alpha1',
        kind: 'CloneSet',
      };
      assert.deepEqual(wordsOf([old(clones), clones]), ['ControllerRevision/db-1 of CloneSet/db, revision 1']);
    });

    for (const [name, status, active] of [
      [
        'the stable ReplicaSet of a Rollout, scaled to 0 as the canary grew',
        { stableRS: 'aa', currentPodHash: 'bb' },
        true,
      ],
      [
        'the one that a blue-green Rollout serves with',
        { blueGreen: { activeSelector: 'aa' }, currentPodHash: 'bb' },
        true,
      ],
      ['the preview of a blue-green Rollout', { blueGreen: { activeSelector: 'bb', previewSelector: 'aa' } }, true],
      ['a past one of a Rollout that is done', { stableRS: 'bb', currentPodHash: 'bb' }, false],
      ['a past one of a Rollout without a status', undefined, false],
    ] as const) {
      it(`${name}: ${active}`, () => {
        const rollout = made('argoproj.io/v1alpha1', 'Rollout', 'web', status === undefined ? {} : { status });
        const set = made('apps/v1', 'ReplicaSet', 'web-aa', {
          metadata: { ...ownedBy(rollout), labels: { 'rollouts-pod-template-hash': 'aa' } },
          spec: { replicas: 0, template: template(CONFIG.name) },
        });
        const of = 'ReplicaSet/web-aa of Rollout/web';
        assert.deepEqual(wordsOf([set, rollout]), [active ? of : `${of} (inactive)`]);
      });
    }

    const paused = { ...web, spec: { ...(web.spec as object), paused: true } };
    for (const [name, objects, active] of [
      ['the newest ReplicaSet of a paused Deployment at 0', [paused, revision('2', 0)], true],
      ['that of one that is not paused', [web, revision('2', 0)], false],
      ['an older one of a paused Deployment', [paused, revision('2', 0), emptied('3', 0)], false],
      ['the newest one where another has replicas', [paused, revision('3', 0), emptied('2', 1)], false],
    ] as const) {
      it(`${name}: ${active}`, () => {
        const [use, ...more] = wordsOf(objects);
        assert.deepEqual(more, []);
        assert.equal(use?.endsWith('(inactive)'), !active, use);
      });
    }

    function emptied(number: string, replicas: number): KubeObject {
      return { ...revision(number, replicas), spec: { replicas, template: template('cfg-4444444444') } };
    }
  });

  it('does not take for a use what a candidate runs or says itself', () => {
    const id: ObjectId = { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' };
    const self = made('apps/v1', 'Deployment', 'web', { metadata: { annotations: { x: 'deployment/web' } } });
    const set = made('apps/v1', 'ReplicaSet', 'web-1', {
      metadata: { ...ownedBy(self), annotations: { x: 'deployment/web' } },
    });
    assert.deepEqual(wordsOf([self, set], id), []);
  });

  describe('a name with a hash that another namespace says without saying which is meant here', () => {
    const gadget = (more: Record<string, unknown>): KubeObject =>
      made('shop.example.com/v1', 'Gadget', 'g', { metadata: { namespace: 'other' }, ...more });
    const there = (namespace: string, kind = 'ConfigMap'): KubeObject =>
      made('v1', kind, CONFIG.name, { metadata: { namespace, uid: `${kind}/${namespace}` } });
    const plain = gadget({ spec: { from: CONFIG.name } });
    const listed = new Set(['ConfigMap']);
    for (const [name, objects, known, isUse] of [
      ['where its own has none of that name', [plain], listed, true],
      ['unless its own has one', [plain, there('other')], listed, false],
      ['whatever order they come in', [there('other'), plain], listed, false],
      ['also where its own has another kind of that name', [plain, there('other', 'Secret')], listed, true],
      ['also where a third one has it', [plain, there('third')], listed, true],
      ['unless nobody may list the kind everywhere', [plain], new Set<string>(), false],
      ['unless it is a status', [gadget({ status: { seen: CONFIG.name } })], listed, false],
      [
        'unless a namespace stands beside it',
        [gadget({ spec: { namespace: 'third', name: CONFIG.name } })],
        listed,
        false,
      ],
      [
        'unless it stands before it, which has one',
        [gadget({ spec: { from: `third/${CONFIG.name}` } }), there('third')],
        listed,
        false,
      ],
    ] as const) {
      it(name, () => {
        const uses = indexUses(objects, [CONFIG], false, known).get(useKey(CONFIG)) ?? [];
        assert.deepEqual(
          uses.map(({ words }) => words),
          isUse ? ['other/Gadget/g'] : [],
        );
      });
    }
  });

  for (const [text, isUse] of [
    ['- kind: ConfigMap\n  name: cfg\n', true],
    ['- name: cfg\n  kind: Secret\n', false],
    ['- name: cfg\n  kind: ConfigMap\n', true],
    ['- name: cfg\n- name: other\n  kind: ConfigMap\n', false],
    ['a:\n  name: cfg\nkind: ConfigMap\n', false],
    ['- kind: Secret\n  name: cfg\n', false],
    ['kind: ConfigMap\nmetadata:\n  name: cfg\n', false],
    ['configMaps:\n- cfg\n', true],
    ['configMaps:\n- other\n- cfg\n', true],
    ['configMapKeyRef:\n  key: a\n  name: cfg\n', true],
    ['- configMapKeyRef:\n    key: a\n    name: cfg\n', true],
    ['- key: a\n  name: cfg\n', false],
    ['configMapRef:\n  name: other\nother:\n  name: cfg\n', false],
    ['{"configMapKeyRef":{"key":"a","name":"cfg"}}x', true],
    ['[[runners.kubernetes.volumes.config_map]]\n  name = "cfg"\n', true],
    ['[[runners.kubernetes.volumes.config_map]]\n[other]\n  name = "cfg"\n', false],
    ['kubectl -n shop describe cm cfg', true],
    ['the configmap of cfg', false],
    ['configmap-of-cfg cfg', false],
  ] as const) {
    it(`in the text ${JSON.stringify(text)} a plain name is ${isUse ? 'a use' : 'none'}`, () => {
      const gadget = made('shop.example.com/v1', 'Gadget', 'g', { spec: { text } });
      assert.deepEqual(wordsOf([gadget], PLAIN), isUse ? ['Gadget/g'] : []);
    });
  }

  it('says of a word that equals the name that it is one, unless a field that is known names it as well', () => {
    const env = [{ name: 'APP', value: 'cfg' }];
    const pod = (more: object): KubeObject =>
      made('v1', 'Pod', 'a', { spec: { containers: [{ name: 'c', env, ...more }] } });
    const isWord = (object: KubeObject, candidate: ObjectId) =>
      indexUses([object], [candidate])
        .get(useKey(candidate))
        ?.map((use) => use.isWord);
    assert.deepEqual(isWord(pod({}), PLAIN), [true]);
    assert.deepEqual(isWord(pod({ envFrom: [{ configMapRef: { name: 'cfg' } }] }), PLAIN), [undefined]);
    assert.deepEqual(isWord(pod({ args: [CONFIG.name] }), CONFIG), [undefined]);
  });

  it('says that a custom resource is a finished run', () => {
    const run = made('shop.example.com/v1', 'Gadget', 'run', {
      spec: { config: CONFIG.name },
      status: { phase: 'Succeeded', finishedAt: '2026-01-01T00:00:00Z' },
    });
    assert.deepEqual(wordsOf([run]), ['Gadget/run, a finished run (inactive)']);
    assert.deepEqual(wordsOf([{ ...run, status: { phase: 'Succeeded' } }]), ['Gadget/run']);
  });

  for (const [conditions, isOver] of [
    [[{ type: 'Succeeded', status: 'True' }], true],
    [[{ type: 'Succeeded', status: 'False' }], true],
    [[{ type: 'Succeeded', status: 'Unknown' }], false],
    [[{ type: 'Failed', status: 'True' }], true],
    [[{ type: 'Failed', status: 'False' }], false],
    [[{ type: 'Complete', status: 'False' }], false],
    [[{ type: 'Available', status: 'True' }], false],
  ] as const) {
    it(`a custom resource with an end in time and ${JSON.stringify(conditions)} is ${isOver ? '' : 'not '}over`, () => {
      const run = made('shop.example.com/v1', 'Gadget', 'run', {
        spec: { config: CONFIG.name },
        status: { completionTime: '2026-01-01T00:00:00Z', conditions },
      });
      assert.deepEqual(wordsOf([run]), [isOver ? 'Gadget/run, a finished run (inactive)' : 'Gadget/run']);
    });
  }

  it('tells the same whatever order the objects come in, and however often', () => {
    const set = revision('3', 1);
    const pod = made('v1', 'Pod', 'web-abc', { metadata: ownedBy(set), spec: podSpec(CONFIG.name) });
    const once = wordsOf([web, set, pod]);
    assert.deepEqual(wordsOf([pod, set, web, set, pod]).sort(), [...once].sort());
  });

  it('goes as far up as it was let see, and names the owner beyond in `root`', () => {
    const rollout = made('argoproj.io/v1alpha1', 'Rollout', 'web');
    const set = made('apps/v1', 'ReplicaSet', 'web-1', {
      metadata: ownedBy(rollout),
      spec: { replicas: 1, template: template(CONFIG.name) },
    });
    const [use] = indexUses([set], [CONFIG]).get(useKey(CONFIG)) ?? [];
    assert.equal(use?.words, 'ReplicaSet/web-1');
    assert.deepEqual(use.root, { group: 'argoproj.io', kind: 'Rollout', namespace: 'shop', name: 'web' });
  });

  it('ends on owners that own each other', () => {
    const a = made('v1', 'Pod', 'a', { spec: podSpec(CONFIG.name) });
    const b = made('apps/v1', 'ReplicaSet', 'b', { metadata: ownedBy(a) });
    const looped = { ...a, metadata: { ...a.metadata, ...ownedBy(b) } } as KubeObject;
    assert.deepEqual(wordsOf([looped, b]), ['Pod/a of ReplicaSet/b']);
  });

  for (const [name, more, active] of [
    ['runs', { status: { phase: 'Running' } }, true],
    ['has no status yet', {}, true],
    ['succeeded', { status: { phase: 'Succeeded' } }, false],
    ['failed', { status: { phase: 'Failed' } }, false],
    ['is going', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' }, status: { phase: 'Running' } }, false],
  ] as const) {
    it(`a pod that ${name} is ${active ? 'a use' : 'none'}`, () => {
      const pod = made('v1', 'Pod', 'a', { spec: podSpec(CONFIG.name), ...more });
      assert.deepEqual(wordsOf([pod]), [active ? 'Pod/a' : 'Pod/a (inactive)']);
    });
  }

  for (const [name, more, active] of [
    ['runs', {}, true],
    ['is suspended', { spec: { suspend: true, template: template(CONFIG.name) } }, true],
    ['is complete', { status: { conditions: [{ type: 'Complete', status: 'True' }] } }, false],
    ['failed', { status: { conditions: [{ type: 'Failed', status: 'True' }] } }, false],
    ['is about to fail', { status: { conditions: [{ type: 'FailureTarget', status: 'True' }] } }, true],
  ] as const) {
    it(`a Job that ${name} is ${active ? 'a use' : 'none'}`, () => {
      const job = made('batch/v1', 'Job', 'a', { spec: { template: template(CONFIG.name) }, ...more });
      assert.deepEqual(wordsOf([job]), [active ? 'Job/a' : 'Job/a (inactive)']);
    });
  }

  it('keeps what a suspended CronJob uses', () => {
    const spec = { suspend: true, jobTemplate: { spec: { template: template(CONFIG.name) } } };
    assert.deepEqual(wordsOf([made('batch/v1', 'CronJob', 'nightly', { spec })]), ['CronJob/nightly']);
  });

  it('knows a ConfigMap from a Secret of its name, and one namespace from another', () => {
    const pod = made('v1', 'Pod', 'a', { spec: { volumes: [{ name: 'x', secret: { secretName: 'cfg' } }] } });
    assert.deepEqual(wordsOf([pod], PLAIN), []);
    assert.deepEqual(wordsOf([pod], { ...PLAIN, kind: 'Secret' }), ['Pod/a']);
    assert.deepEqual(wordsOf([pod], { ...PLAIN, kind: 'Secret', namespace: 'other' }), []);
  });

  describe('finds a name with a content hash wherever it stands as a whole string', () => {
    const gadget = (more: Record<string, unknown>): KubeObject => made('shop.example.com/v1', 'Gadget', 'g', more);
    for (const [name, object] of [
      ['in a custom resource', gadget({ spec: { parts: [{ from: CONFIG.name }] } })],
      ['with its namespace', gadget({ spec: { from: `shop/${CONFIG.name}` } })],
      [
        'with its namespace, from another one',
        gadget({ metadata: { namespace: 'other' }, spec: { from: `shop/${CONFIG.name}` } }),
      ],
      ['in an object of the cluster', gadget({ metadata: { namespace: undefined }, spec: { from: CONFIG.name } })],
      ['in an annotation', made('apps/v1', 'Deployment', 'g', { metadata: { annotations: { x: CONFIG.name } } })],
      [
        'in the list of an annotation, as Reloader has it',
        made('apps/v1', 'Deployment', 'g', {
          metadata: { annotations: { 'configmap.reloader.stakater.com/reload': `other, ${CONFIG.name}` } },
        }),
      ],
      [
        'as the last part of a dotted key, as Spark has it',
        gadget({ spec: { sparkConf: { [`spark.kubernetes.driver.secrets.${CONFIG.name}`]: '/etc/secrets' } } }),
      ],
    ] as const) {
      it(name, () => assert.equal(wordsOf([object]).length, 1));
    }

    for (const [name, object] of [
      ['as its own name', made('shop.example.com/v1', 'Gadget', CONFIG.name)],
      ['in another namespace', gadget({ metadata: { namespace: 'other' }, spec: { from: CONFIG.name } })],
      ['in a longer word', gadget({ spec: { from: `${CONFIG.name}x` } })],
      ['before the ending of a file', gadget({ spec: { from: `${CONFIG.name}.yaml` } })],
      [
        'behind a dot in another namespace',
        gadget({ metadata: { namespace: 'other' }, spec: { from: `secrets.${CONFIG.name}` } }),
      ],
      ['in managedFields', gadget({ metadata: { managedFields: [{ manager: CONFIG.name }] } })],
      [
        'in what kubectl applied last',
        gadget({ metadata: { annotations: { [LAST_APPLIED_ANNOTATION]: CONFIG.name } } }),
      ],
    ] as const) {
      it(`but not ${name}`, () => assert.deepEqual(wordsOf([object]), []));
    }

    it('and a plain name where names stand; anywhere where that is asked for', () => {
      assert.deepEqual(wordsOf([gadget({ spec: { from: 'cfg' } })], PLAIN), ['Gadget/g']);
      const labelled = gadget({ metadata: { labels: { app: 'cfg' } } });
      assert.deepEqual(wordsOf([labelled], PLAIN), []);
      assert.deepEqual(wordsOf([labelled], PLAIN, true), ['Gadget/g']);
    });
  });
});

describe('scanUses', () => {
  const scan = (options: {
    react?: (request: FakeRequest) => void;
    resources?: readonly ApiResource[];
    failures?: readonly { groupVersion: string; message: string }[];
    objects?: readonly KubeObject[];
    candidates?: readonly ObjectId[];
    ignoreUnlisted?: readonly string[];
  }) => {
    const discovery = { resources: options.resources ?? RESOURCES, failures: options.failures ?? [] };
    const cluster = fakeCluster({
      discovery,
      objects: options.objects ?? [],
      ...(options.react !== undefined && { react: options.react }),
    });
    const { signal } = new AbortController();
    const candidates = options.candidates ?? [CONFIG];
    const { ignoreUnlisted = [] } = options;
    const given = { candidates, plainNames: false, ignoreUnlisted, discovery, signal };
    return { cluster, done: scanUses(cluster, given) };
  };

  it('asks nothing where nothing is in question', async () => {
    const { cluster, done } = scan({ candidates: [] });
    assert.deepEqual(await done, { uses: new Map(), gaps: [], warnings: [] });
    assert.deepEqual(cluster.log, []);
  });

  it('never asks for the data of a Secret', async () => {
    const asked: FakeRequest[] = [];
    const { done } = scan({ react: (request) => void asked.push(request) });
    await done;
    const secrets = asked.filter(({ resource: kind }) => kind?.kind === 'Secret');
    assert.deepEqual(
      secrets.map(({ metadataOnly }) => metadataOnly),
      [true],
    );
  });

  it('looks only into the namespaces of the candidates', async () => {
    const { cluster, done } = scan({ candidates: [CONFIG, { ...CONFIG, namespace: 'billing' }] });
    await done;
    const pods = cluster.log.filter((line) => line.startsWith('list pods'));
    assert.deepEqual(pods.sort(), ['list pods billing', 'list pods shop']);
  });

  for (const kind of [
    'Pod',
    'PodTemplate',
    'ReplicationController',
    'Deployment',
    'ReplicaSet',
    'StatefulSet',
    'DaemonSet',
    'Job',
    'CronJob',
    'ServiceAccount',
    'Ingress',
  ]) {
    it(`knows nothing for certain when it may not list a ${kind}, and names the permission`, async () => {
      const { done } = scan({
        react: ({ resource: asked }) => {
          if (asked?.kind === kind) throw forbidden(asked.plural);
        },
      });
      const { gaps, warnings } = await done;
      const incomplete = gaps.map(({ words }) => words);
      const { plural, group } = RESOURCES.find((known) => known.kind === kind)!;
      const name = group === '' ? plural : `${plural}.${group}`;
      assert.deepEqual(incomplete, [
        `${kind} in shop could not be listed: ${plural} is forbidden (needs list on ${name})`,
      ]);
      assert.deepEqual(warnings, []);
    });
  }

  it('knows nothing for certain when a list times out, expires or is throttled', async () => {
    for (const status of [410, 429, 500, 504]) {
      const { done } = scan({
        react: ({ resource: asked }) => {
          if (asked?.kind === 'Pod') throw refusal(status, 'Broken');
        },
      });
      assert.deepEqual(
        (await done).gaps.map(({ words }) => words),
        ['Pod in shop could not be listed: Broken'],
      );
    }
  });

  describe('where custom resources cannot be listed', () => {
    const react = ({ resource: asked }: FakeRequest): void => {
      if (asked?.kind === 'Gadget') throw forbidden('gadgets');
    };
    const words = 'Gadget in shop could not be listed: gadgets is forbidden (needs list on gadgets.shop.example.com)';

    it('knows nothing for certain of a config', async () => {
      const { gaps, warnings } = await scan({ react }).done;
      assert.deepEqual([gaps.map((gap) => gap.words), warnings], [[words], []]);
      assert.equal(unknownUses({ gaps }, CONFIG), words);
      assert.equal(unknownUses({ gaps }, { ...CONFIG, namespace: 'other' }), undefined);
    });

    it('goes on without them where --ignore-unlisted says so', async () => {
      const { gaps, warnings } = await scan({ react, ignoreUnlisted: ['shop.example.com/Gadget'] }).done;
      assert.deepEqual({ gaps, warnings }, { gaps: [], warnings: [] });
    });

    it('knows what uses a Service all the same: a field of a built-in kind would name it', async () => {
      const service = { group: '', kind: 'Service', namespace: 'shop', name: 'web' };
      const { gaps, warnings } = await scan({ react, candidates: [service] }).done;
      assert.deepEqual(gaps, []);
      assert.deepEqual(warnings, [
        'not searched for uses, since they may not be listed: gadgets.shop.example.com (needs list on them)',
      ]);
    });
  });

  for (const bad of ['', 'gadgets', 'a/b/C', 'shop.example.com/']) {
    it(`refuses --ignore-unlisted=${bad}`, () => {
      assert.throws(() => ignoredKey(bad), { code: 'InvalidFlag', exitCode: 2 });
    });
  }

  it('warns when the server could not say what a group of custom resources holds', async () => {
    const { done } = scan({ failures: [{ groupVersion: 'broken.example.com/v1', message: 'no answer' }] });
    const { gaps, warnings } = await done;
    const incomplete = gaps.map(({ words }) => words);
    assert.deepEqual(incomplete, []);
    assert.deepEqual(warnings, ['broken.example.com/v1 could not be searched: no answer']);
  });

  it('knows nothing for certain when the server could not say what the group of the workloads holds', async () => {
    const { done } = scan({
      resources: RESOURCES.filter(({ group }) => group !== 'apps'),
      failures: [{ groupVersion: 'apps/v1', message: 'no answer' }],
    });
    assert.deepEqual(
      (await done).gaps.map(({ words }) => words),
      ['apps/v1 could not be searched: no answer'],
    );
  });

  it('asks for a kind that several versions serve once', async () => {
    const older = resource('shop.example.com/v1beta1', 'Gadget', 'gadgets', { preferred: false });
    const { cluster, done } = scan({ resources: [older, ...RESOURCES] });
    await done;
    assert.deepEqual(
      cluster.log.filter((line) => line.includes('gadgets')),
      ['list gadgets'],
    );
  });

  it('finds a Secret that a PersistentVolume names', async () => {
    const secret: ObjectId = { ...CONFIG, kind: 'Secret', name: 'nfs-2222222222' };
    const volume: KubeObject = {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: 'pv' },
      spec: { csi: { nodePublishSecretRef: { name: secret.name, namespace: 'shop' } } },
    };
    const { done } = scan({ objects: [volume], candidates: [secret] });
    assert.deepEqual(
      (await done).uses.get(useKey(secret))?.map(({ words }) => words),
      ['PersistentVolume/pv'],
    );
  });

  it('leaves out without a word what an account of one namespace may not list', async () => {
    const { done } = scan({
      react: ({ resource: asked }) => {
        if (asked?.namespaced === false) throw forbidden(asked.plural);
      },
    });
    const { gaps, warnings } = await done;
    const incomplete = gaps.map(({ words }) => words);
    assert.deepEqual({ incomplete, warnings }, { incomplete: [], warnings: [] });
  });

  it('stops with the run', async () => {
    const stop = new AbortController();
    const reason = new Error('stopped');
    const cluster = fakeCluster({ react: () => stop.abort(reason) });
    const discovery = { resources: RESOURCES, failures: [] };
    await assert.rejects(
      scanUses(cluster, { candidates: [CONFIG], plainNames: false, discovery, signal: stop.signal }),
      reason,
    );
  });
});

import assert from 'node:assert/strict';
import { hookOf, MOMENTS, placeOf, settleRendered, type HookPlace } from '../../../src/engine/jobs/hooks.js';
import { runPolicyOf } from '../../../src/engine/jobs/runPolicy.js';
import type { KapplyError } from '../../../src/errors.js';
import { groupOf } from '../../../src/objects/object.js';
import type { RenderedObject } from '../../../src/objects/rendered.js';

const item = (annotations?: Record<string, string>, what = 'batch/v1 Job'): RenderedObject => {
  const [apiVersion = '', kind = ''] = what.split(' ');
  return {
    object: { apiVersion, kind, metadata: { name: 'hook', ...(annotations && { annotations }) } },
    origin: { file: 'chart.yaml', line: 3 },
    generated: false,
  };
};
const HELM = 'helm.sh/hook';
const ARGO = 'argocd.argoproj.io/hook';
const RUN = 'kapply.dev/run';

/** The place in an install and in an upgrade; `out`: left out with a warning; a text: refused with it. */
type Meant = readonly [install: HookPlace | undefined, upgrade: HookPlace | undefined] | 'out' | RegExp;

/** Every word that Helm (v2 to v4) and Argo CD have for a moment, and lists of them. */
const MEANT: readonly (readonly [annotation: string, moments: string, meant: Meant])[] = [
  [HELM, 'pre-install', ['before', undefined]],
  [HELM, 'pre-upgrade', [undefined, 'before']],
  [HELM, 'post-install', ['after', undefined]],
  [HELM, 'post-upgrade', [undefined, 'after']],
  [HELM, 'pre-install,pre-upgrade', ['before', 'before']],
  [HELM, 'post-install, post-upgrade', ['after', 'after']],
  [HELM, 'post-install,pre-upgrade', ['after', 'before']],
  [HELM, 'pre-upgrade,pre-rollback', [undefined, 'before']],
  [HELM, 'post-upgrade,pre-delete', [undefined, 'after']],
  [HELM, 'pre-install,post-install', /not at two moments/],
  [HELM, 'pre-upgrade,post-upgrade,pre-install', /not at two moments/],
  ...['test', 'test-success', 'test-failure', 'pre-delete', 'post-delete', 'pre-rollback', 'post-rollback'].map(
    (moment) => [HELM, moment, 'out'] as const,
  ),
  ...['crd-install', '', 'release-test', 'PRE-INSTALL', 'constructor', 'test,pre-rollback'].map(
    (moment) => [HELM, moment, 'out'] as const,
  ),
  [ARGO, 'PreSync', ['before', 'before']],
  [ARGO, 'Sync', ['with', 'with']],
  [ARGO, 'PostSync', ['after', 'after']],
  [ARGO, 'PostSync,SyncFail', ['after', 'after']],
  [ARGO, 'PreSync,PostSync', /not at two moments/],
  ...['SyncFail', 'Skip', 'PreDelete', 'PostDelete', 'pre-install'].map((moment) => [ARGO, moment, 'out'] as const),
];

/** What hooks are made of, and whether one can be one. */
const KINDS: Readonly<Record<string, boolean>> = {
  'batch/v1 Job': true,
  'v1 ConfigMap': true,
  'v1 Secret': true,
  'v1 ServiceAccount': true,
  'rbac.authorization.k8s.io/v1 Role': true,
  'apps/v1 Deployment': true,
  'v1 Pod': false,
  'argoproj.io/v1alpha1 Workflow': false,
  'tekton.dev/v1 PipelineRun': false,
};

describe('hooks of Helm and Argo CD', () => {
  for (const [annotation, moments, meant] of MEANT) {
    for (const [kind, can] of Object.entries(KINDS)) {
      const says = meant === 'out' ? 'leaves out' : meant instanceof RegExp || !can ? 'refuses' : 'applies';
      it(`${says} a ${kind.split(' ')[1]} with ${annotation}: ${moments}`, () => {
        const rendered = [item(), item({ [annotation]: moments }, kind)];
        if (says === 'refuses') {
          assert.throws(
            () => settleRendered(rendered),
            (error: KapplyError) => {
              assert.equal(error.exitCode, 2);
              assert.match(error.message, meant instanceof RegExp ? meant : /is not run anew/);
              assert.deepEqual(error.position, { file: 'chart.yaml', line: 3 });
              assert.equal(/skipHooks: true/.test(error.suggestions.join()), annotation === HELM);
              return true;
            },
          );
          return;
        }
        const { objects, warnings } = settleRendered(rendered);
        assert.equal(objects.length, says === 'applies' ? 2 : 1);
        assert.equal(warnings.length, says === 'applies' ? 0 : 1);
        const [, applied] = objects;
        if (applied === undefined || meant === 'out' || meant instanceof RegExp) {
          assert.match(warnings[0] ?? '', /\/hook is a hook .*: a deploy does not apply it/);
          return;
        }
        const [install, upgrade] = meant;
        assert.deepEqual(hookOf(applied.object)?.places, {
          install: install === undefined ? [] : [install],
          upgrade: upgrade === undefined ? [] : [upgrade],
        });
        const policy = upgrade === undefined ? 'on-failure' : 'always';
        assert.equal(runPolicyOf(applied.object), groupOf(applied.object.apiVersion) === 'batch' ? policy : undefined);
      });
    }
  }

  it('has every moment of the table in this test', () => {
    const tested = new Set(MEANT.map(([annotation, moments]) => `${annotation} ${moments}`));
    const known = Object.entries(MOMENTS).flatMap(([annotation, all]) =>
      Object.keys(all).map((moment) => `${annotation} ${moment}`),
    );
    assert.deepEqual(
      known.filter((moment) => !tested.has(moment)),
      [],
    );
  });

  it('takes Argo CD’s annotation before Helm’s', () => {
    assert.equal(settleRendered([item({ [ARGO]: 'Skip', [HELM]: 'post-install' })]).objects.length, 0);
    assert.equal(placeOf(item({ [ARGO]: 'PostSync', [HELM]: 'pre-upgrade' }).object, 'upgrade'), 'after');
  });

  it('lets the manifest say when a hook runs, and leaves out what is never to run, whatever it is', () => {
    const [applied] = settleRendered([item({ [HELM]: 'pre-upgrade', [RUN]: 'on-change' })]).objects;
    assert.equal(runPolicyOf(applied!.object), 'on-change');
    for (const moments of ['pre-upgrade', 'pre-install,post-install']) {
      const { objects, warnings } = settleRendered([item({ [HELM]: moments, [RUN]: 'never' }, 'v1 Pod')]);
      assert.deepEqual([objects.length, warnings], [0, ['Pod/hook is marked kapply.dev/run: never, and left out']]);
    }
  });

  it('leaves ordinary objects as they are, also with a weight or a wave', () => {
    const ordinary = [
      item(),
      item({ 'helm.sh/hook-weight': '5' }),
      item({ 'argocd.argoproj.io/sync-wave': '1' }),
      item({ [HELM]: 1 as never }),
    ];
    assert.deepEqual(settleRendered(ordinary), { objects: ordinary, warnings: [] });
  });
});

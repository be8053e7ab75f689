import assert from 'node:assert/strict';
import { hookOf, withoutHooks } from '../../../src/engine/plan/hooks.js';
import type { KapplyError } from '../../../src/errors.js';
import type { RenderedObject } from '../../../src/objects/rendered.js';

const item = (name: string, annotations?: Record<string, string>): RenderedObject => ({
  object: { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, ...(annotations && { annotations }) } },
  origin: { file: 'chart.yaml', line: 3 },
  generated: false,
});
const HELM = 'helm.sh/hook';
const ARGO = 'argocd.argoproj.io/hook';

/** What a deploy does with an object that has these annotations: applies it, leaves it out, or refuses to run. */
const CASES: readonly (readonly [
  annotations: Record<string, string> | undefined,
  does: 'applies' | 'leaves out' | 'refuses',
])[] = [
  [undefined, 'applies'],
  [{ 'helm.sh/hook-weight': '5' }, 'applies'],
  [{ 'argocd.argoproj.io/sync-wave': '1' }, 'applies'],
  ...['test', 'test-success', 'pre-delete', 'post-delete', 'pre-rollback', 'post-rollback', 'crd-install', ''].map(
    (moment) => [{ [HELM]: moment }, 'leaves out'] as const,
  ),
  ...['pre-install', 'post-install', 'pre-upgrade', 'post-upgrade'].map(
    (moment) => [{ [HELM]: moment }, 'refuses'] as const,
  ),
  [{ [HELM]: 'pre-delete, post-upgrade' }, 'refuses'],
  [{ [HELM]: 'test,pre-rollback' }, 'leaves out'],
  ...['SyncFail', 'Skip', 'PreDelete', 'PostDelete'].map((moment) => [{ [ARGO]: moment }, 'leaves out'] as const),
  ...['PreSync', 'Sync', 'PostSync'].map((moment) => [{ [ARGO]: moment }, 'refuses'] as const),
  [{ [ARGO]: 'Skip', [HELM]: 'post-install' }, 'leaves out'],
];

describe('hooks of Helm and Argo CD', () => {
  for (const [annotations, does] of CASES) {
    it(`${does} an object with ${JSON.stringify(annotations)}`, () => {
      const rendered = [item('web'), item('job', annotations)];
      if (does === 'refuses') {
        assert.throws(
          () => withoutHooks(rendered),
          (error: KapplyError) => {
            assert.equal(error.exitCode, 2);
            assert.match(error.message, /Job\/job is a hook/);
            assert.deepEqual(error.position, { file: 'chart.yaml', line: 3 });
            return true;
          },
        );
        return;
      }
      const { objects, warnings } = withoutHooks(rendered);
      assert.deepEqual(
        objects.map(({ object }) => object.metadata.name),
        does === 'applies' ? ['web', 'job'] : ['web'],
      );
      assert.equal(warnings.length, does === 'applies' ? 0 : 1);
      if (does === 'leaves out') assert.match(warnings[0] ?? '', /Job\/job is a hook .*: a deploy does not apply it/);
    });
  }

  it('says skipHooks where Helm made the hook, and only there', () => {
    const suggestions = (annotation: string, moment: string): string => {
      try {
        withoutHooks([item('job', { [annotation]: moment })]);
        return '';
      } catch (error) {
        return (error as KapplyError).suggestions.join(' ');
      }
    };
    assert.match(suggestions(HELM, 'post-install'), /skipHooks: true/);
    assert.doesNotMatch(suggestions(ARGO, 'PostSync'), /skipHooks/);
  });

  it('takes what is no text for no hook', () => {
    assert.equal(
      hookOf({ ...item('job').object, metadata: { name: 'job', annotations: { [HELM]: 1 as never } } }),
      undefined,
    );
  });
});

import assert from 'node:assert/strict';
import { makeMasks } from '../../../src/objects/masks.js';
import type { KubeObject } from '../../../src/objects/object.js';
import { emitYaml } from '../../../src/render/yaml/emit.js';
import { MOST_COMMENT_CHARACTERS, planMarkdown } from '../../../src/ui/plan/planMarkdown.js';
import { planStat } from '../../../src/ui/plan/planStat.js';
import { makeStyle } from '../../../src/ui/style.js';
import { change, deletion, kept, plan } from '../recordedRuns.js';

const target = {
  context: 'prod-eu',
  server: 'https://a',
  namespace: 'shop',
  set: 'shop',
  pruneLabel: null,
  dryRun: null,
};
const options = { masks: makeMasks(), toYaml: (object: KubeObject) => emitYaml(object as never), target };

const config = (name: string, data: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});
const created = (name: string, data: Record<string, string>) =>
  change(`ConfigMap/${name}`, 'create', { after: config(name, data) });
const many = (count: number, characters: number) =>
  plan(Array.from({ length: count }, (_, index) => created(`cfg-${index}`, { a: 'x'.repeat(characters) })));

describe('planMarkdown', () => {
  it('puts what is refused and what goes before the diffs, and folds these up', () => {
    const refusal = {
      id: change('Service/web', 'configure').member.id,
      version: 'v1',
      failure: { code: 'FieldManagerConflict', message: 'owned by <b>you</b>', suggestions: ['Ask @them.'] },
    };
    const text = planMarkdown(
      plan([created('cfg', { a: 'b' })], [kept('ConfigMap/c', 'in use'), deletion('ConfigMap/d')]),
      {
        ...options,
        refusals: [refusal],
      },
    );
    const order = ['Service/web', 'ConfigMap/d', 'ConfigMap/cfg', 'ConfigMap/c<'].map((name) =>
      text.indexOf(`<b>${name}`),
    );
    assert.deepEqual(
      order,
      [...order].sort((a, b) => a - b),
    );
    assert.ok(order.every((index) => index > 0));
    assert.match(
      text,
      /<details><summary><code>\+<\/code> <b>ConfigMap\/cfg<\/b> create \(\+6 -0\)<\/summary>\n\n```diff\n/,
    );
    assert.ok(text.includes('owned by &#60;b&#62;you&#60;/b&#62;'));
    assert.ok(!text.includes('@them'), 'nobody is called');
  });

  it('lets no text of an object end its block', () => {
    const text = planMarkdown(plan([created('cfg', { a: 'x\n```\n# heading\n' })]), options);
    assert.match(text, /\n````diff\n[^]*\n\+ {4}```\n[^]*\n````\n/);
  });

  it('stays within what GitHub takes: the diffs of some objects go, and are counted', () => {
    const text = planMarkdown(many(30, 5000), options);
    assert.ok(text.length <= MOST_COMMENT_CHARACTERS, String(text.length));
    const whole = text.match(/<details>/g)?.length ?? 0;
    assert.ok(whole >= 10, String(whole));
    assert.equal(text.match(/<b>/g)?.length, 30);
    assert.match(text, new RegExp(`\\n${30 - whole} of 30 objects are without their diffs: `));
    assert.equal(text.match(/^```/gm)?.length, 2 * whole);
  });

  it('counts objects for which there is no room at all', () => {
    const text = planMarkdown(many(3000, 1), options);
    assert.ok(text.length <= MOST_COMMENT_CHARACTERS, String(text.length));
    const named = text.match(/<b>/g)?.length ?? 0;
    assert.match(text, new RegExp(`${3000 - named} of 3000 objects are left out`));
  });
});

describe('planStat', () => {
  it('has one line for each object, and the pods that are restarted', () => {
    const live = config('web', { a: '1', b: '2' });
    const after = config('web', { a: '1', b: '3', c: '4' });
    const shown = plan(
      [
        change('ConfigMap/web', 'configure', { live, after }),
        change('Deployment/web', 'configure', { live, after: live, restarts: { pods: 3, atOnce: false } }),
        change('StatefulSet/db', 'configure', { live, after: live, restarts: { pods: 1, atOnce: true } }),
      ],
      [deletion('ConfigMap/old')],
    );
    assert.equal(
      planStat(shown, { ...options, style: makeStyle(false) }),
      `~ ConfigMap/web   +2 -1  update
~ Deployment/web         update, restarts 3 pods
~ StatefulSet/db         update, restarts 1 pod
- ConfigMap/old          prune, not used by anything

~3 update  -1 prune
restarts 3 pods of Deployment/web, 1 pod of StatefulSet/db
`,
    );
  });
});

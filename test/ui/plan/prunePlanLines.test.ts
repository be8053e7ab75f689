import assert from 'node:assert/strict';
import type { Judgement } from '../../../src/engine/plan/plan.js';
import { prunePlanLines } from '../../../src/ui/plan/prunePlanLines.js';
import { makeStyle } from '../../../src/ui/style.js';
import { deletion, id, kept, plan } from '../recordedRuns.js';

const NOW = Date.UTC(2026, 10, 28, 12);
const HOUR_MS = 3_600_000;
const stale = 'stale: nothing uses it any more';
const undo = { root: id('Deployment/web'), revision: '3' };
const aged = (name: string, hours: number, more: Parameters<typeof deletion>[2] = []): Judgement => ({
  ...deletion(name, stale, more),
  created: new Date(NOW - hours * HOUR_MS).toISOString(),
});

function lines(prune: readonly Judgement[], whole = false): string[] {
  const shown = { ...plan([], prune), stages: [] };
  return prunePlanLines(shown, { style: makeStyle(false), now: NOW, namespaced: false, whole });
}

describe('prunePlanLines', () => {
  it('groups the revisions of a family, with their ages and what can no longer be undone', () => {
    const judged = [
      aged('ConfigMap/cfg-4fk2m9tt22', 50, [undo, { ...undo, revision: '2' }]),
      aged('Deployment/old', 3),
      aged('ConfigMap/cfg-9h2kf8d2kk', 26),
      kept('ConfigMap/cfg-2222222222', 'in use by Pod/debug'),
    ];
    assert.deepEqual(lines(judged), [
      '  - ConfigMap/cfg   2 revisions, 1d02h to 2d02h old, 2 rollout undos will no longer work',
      `      cfg-4fk2m9tt22   2d02h   ${stale}, rollout undo of Deployment/web to revision 3 or 2 will no longer work`,
      `      cfg-9h2kf8d2kk   1d02h   ${stale}`,
      `  - Deployment/old   3h00m old, ${stale}`,
      '  = 1 kept',
    ]);
    assert.equal(lines(judged, true).at(-1), '  = ConfigMap/cfg-2222222222   keep  in use by Pod/debug');
  });

  it('tells the number of keys, where it is known', () => {
    const sized = (name: string, keys: number): Judgement => ({ ...aged(name, 2), keys });
    const judged = [
      sized('ConfigMap/cfg-4fk2m9tt22', 1),
      sized('ConfigMap/cfg-9h2kf8d2kk', 4),
      sized('Secret/db-4fk2m9tt22', 1),
      aged('Secret/db-9h2kf8d2kk', 2),
      sized('ConfigMap/plain', 3),
    ];
    const titles = lines(judged).filter((line) => line.startsWith('  - '));
    assert.deepEqual(titles, [
      '  - ConfigMap/cfg   2 revisions of 1 to 4 keys, 2h00m old',
      '  - Secret/db   2 revisions of 1 key, 2h00m old',
      `  - ConfigMap/plain   3 keys, 2h00m old, ${stale}`,
    ]);
  });

  it('tells only families where there is much to delete, and every object where nobody can ask for it', () => {
    const names = Array.from(
      { length: 60 },
      (_, index) => `ConfigMap/app${index % 30}-${String(2222222222 + (index >= 30 ? 222222 : 0))}`,
    );
    const judged = names.map((name) => aged(name, 5));
    const short = lines(judged);
    assert.equal(short.length, 21);
    assert.equal(short.at(-1), '  - and 10 more families');
    assert.match(short[0]!, /^ {2}- ConfigMap\/app0 {3}2 revisions, 5h00m old$/);
    const whole = lines(judged, true);
    for (const name of names)
      assert.ok(
        whole.some((line) => line.includes(name.slice('ConfigMap/'.length))),
        name,
      );
  });
});

import assert from 'node:assert/strict';
import type { ObjectStatus, StatusWord } from '../../../src/engine/run/events.js';
import { emptyRunView, type RunView } from '../../../src/ui/run/runView.js';
import { foldEvent } from '../../../src/ui/run/foldEvent.js';
import { makeStyle } from '../../../src/ui/style.js';
import { waitingTable } from '../../../src/ui/run/waitingTable.js';

const style = makeStyle(false);

function viewOf(
  ...rows: readonly { readonly name: string; readonly message: string; readonly status?: StatusWord }[]
): RunView {
  const view = emptyRunView();
  for (const { name, message, status: word = 'InProgress' } of rows) {
    const status: ObjectStatus = {
      id: { group: 'apps', kind: 'Deployment', namespace: 'shop', name },
      status: word,
      message,
      problems: [],
    };
    foldEvent(view, { type: 'status', status, at: 0 });
  }
  return view;
}

describe('waitingTable', () => {
  const table = (view: RunView, width: number, rows: number): string[] =>
    waitingTable(view, { width, rows, style, now: 0 });

  it('has the worst row where there is one line for all', () => {
    const view = viewOf({ name: 'a', message: 'waits' }, { name: 'b', message: 'no such image', status: 'Failed' });
    assert.deepEqual(table(view, 80, 1), ['✖ Deployment/b  0s  no such image']);
    assert.deepEqual(table(viewOf(...'abc'.split('').map((name) => ({ name, message: 'waits' }))), 80, 2), [
      '◌ Deployment/a  0s  waits',
      '… and 2 more',
    ]);
  });

  it('tells an equal cause once, and leaves its room to the first', () => {
    const message = 'ErrImagePull: registry.example/a/long/path/to/shop/web:1.5.0: not found';
    const view = viewOf(...'abc'.split('').map((name) => ({ name, message })), { name: 'd', message: 'ok soon' });
    assert.deepEqual(table(view, 40, 20), [
      '◌ Deployment/a  ErrImagePull:',
      '    registry.example…/to/shop/web:1.5.0:',
      '    not found',
      '◌ Deployment/b  as above',
      '◌ Deployment/c  as above',
      '◌ Deployment/d  ok soon',
    ]);
  });

  it('goes on below itself further where it is narrow', () => {
    const view = viewOf({ name: 'a', message: Array.from({ length: 30 }, (_, word) => `word${word}`).join(' ') });
    assert.equal(table(view, 40, 20).length, 6);
    assert.equal(table(view, 120, 20).length, 2);
    assert.match(table(view, 40, 20).join(' '), /word29$/);
    assert.equal(table(view, 40, 3).length, 3);
  });
});

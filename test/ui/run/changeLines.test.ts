import assert from 'node:assert/strict';
import { changeLines } from '../../../src/ui/run/changeLines.js';
import { foldEvent } from '../../../src/ui/run/foldEvent.js';
import { emptyRunView } from '../../../src/ui/run/runView.js';
import { makeStyle } from '../../../src/ui/style.js';
import { applied, change, plan } from '../recordedRuns.js';

describe('changeLines', () => {
  it('has the order of the plan, whatever is answered first', () => {
    const changes = ['ConfigMap/a', 'Deployment/b', 'Service/c'].map((name) => change(name, 'create'));
    const orders = [
      [0, 1, 2],
      [2, 0, 1],
      [1, 2, 0],
    ].map((answers) => {
      const view = emptyRunView();
      foldEvent(view, { type: 'planned', plan: plan(changes) });
      for (const index of answers) {
        const answered = changes[index];
        assert.ok(answered);
        foldEvent(view, applied(0, answered));
      }
      return changeLines(view, makeStyle(false)).map((line) => /\w+\/\w/.exec(line)?.[0]);
    });
    for (const order of orders) assert.deepEqual(order, ['ConfigMap/a', 'Deployment/b', 'Service/c']);
  });
});

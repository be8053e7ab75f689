import assert from 'node:assert/strict';
import { behaviourOf } from '../../../src/sandbox/node/behaviour.js';
import { withTransitions } from '../../../src/sandbox/node/podStatus.js';
import type { Container, Pod } from '../../../src/sandbox/node/podSpec.js';

describe('the conditions of a pod', () => {
  it('say since when they hold, which moves with the status alone', () => {
    const at = (second: number): number => Date.parse('2026-01-01T00:00:00Z') + second * 1000;
    const since = (status: string, second: number, known: ReturnType<typeof withTransitions> = []) =>
      withTransitions(known, [{ type: 'Ready', status }], at(second));
    const first = since('False', 1);
    assert.equal(first[0]?.lastTransitionTime, '2026-01-01T00:00:01Z');
    const second = since('False', 5, first);
    assert.equal(second[0]?.lastTransitionTime, '2026-01-01T00:00:01Z');
    assert.equal(since('True', 9, second)[0]?.lastTransitionTime, '2026-01-01T00:00:09Z');
  });
});

describe('what a container does', () => {
  const runsFor = (container: Partial<Container>, restartPolicy?: string): number | undefined => {
    const app = { name: 'app', image: 'shop/web', ...container };
    const spec = { containers: [app], ...(restartPolicy !== undefined && { restartPolicy }) };
    return behaviourOf({ metadata: { name: 'web' }, spec } as unknown as Pod, app, false).runsForMs;
  };

  it('is to serve, where the image runs its own program, with flags or without', () => {
    assert.equal(runsFor({}), undefined);
    assert.equal(runsFor({ args: ['--config-map=shop/settings', '-v'] }), undefined);
  });

  it('is what the command says, where there is one, and to end where its pod is to end', () => {
    assert.equal(runsFor({ command: ['true'] }), 0);
    assert.equal(runsFor({ args: ['-c', 'sleep 5'] }), 5000);
    assert.equal(runsFor({ args: ['-c', 'exit 1'] }), 0);
    assert.equal(runsFor({ args: ['--once'] }, 'Never'), 0);
  });
});

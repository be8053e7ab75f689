import assert from 'node:assert/strict';
import { asCalled, reasonsAsCalled, programName } from '../../src/cli/programName.js';
import { runKapply } from '../commands/runKapply.js';

const program = 'kubectl kapply';

describe('what the program is called', () => {
  const paths: readonly (readonly [script: string | undefined, name: string])[] = [
    ['/usr/local/bin/kapply', 'kapply'],
    ['/usr/lib/node_modules/kapply/bin/run.js', 'kapply'],
    ['/usr/local/bin/kubectl-kapply', program],
    ['/home/me/.krew/bin/kubectl-kapply', program],
    [String.raw`C:\npm\node_modules\kapply\bin\kubectl-kapply.js`, program],
    ['/opt/kubectl-kapply/bin/run.js', 'kapply'],
    [undefined, 'kapply'],
  ];
  for (const [script, name] of paths) {
    it(`is ${name} for ${script ?? 'nothing'}`, () => assert.equal(programName(script), name));
  }

  it('is what usage errors say', async () => {
    assert.match((await runKapply(['deploy', '--nope'], { program })).stderr, /Run "kubectl kapply deploy --help"/);
    assert.match((await runKapply(['nope'], { program })).stderr, /Run "kubectl kapply --help"/);
  });

  it('stands in reasons, and not in what others wrote', () => {
    const told = {
      reason: 'nothing replaced it (kapply prune --include-newest takes it)',
      message: 'kapply prune ran',
      logs: ['kapply prune ran'],
      pods: [{ reason: 'kapply uses x', name: 'kapply prune' }],
    };
    assert.deepEqual(reasonsAsCalled(told, program), {
      ...told,
      reason: 'nothing replaced it (kubectl kapply prune --include-newest takes it)',
      pods: [{ reason: 'kubectl kapply uses x', name: 'kapply prune' }],
    });
    assert.equal(reasonsAsCalled(told, 'kapply'), told);
  });

  it('stands in what an error proposes, and nowhere else in it', () => {
    const error = { code: 'X', message: 'kapply prune', suggestions: ['kapply uses --unused', 'kapply is fine'] };
    assert.deepEqual(asCalled(error, program), {
      code: 'X',
      message: 'kapply prune',
      suggestions: ['kubectl kapply uses --unused', 'kapply is fine'],
    });
    assert.equal(asCalled(error, 'kapply'), error);
  });
});

import assert from 'node:assert/strict';
import { FROM_A_FILE, NOT_FROM_A_FILE } from '../../../src/cli/settings/fileDefaults.js';
import { environmentName, NOT_FROM_THE_ENVIRONMENT } from '../../../src/cli/settings/flagDefaults.js';
import { unknownVariables } from '../../../src/cli/settings/unknownVariables.js';
import { runKapply } from '../../commands/runKapply.js';

describe('variables that set nothing', () => {
  const cases: readonly (readonly [name: string, said: string | undefined])[] = [
    ['KAPPLY_TIMEUOT', 'KAPPLY_TIMEUOT sets nothing: did you mean KAPPLY_TIMEOUT?'],
    ['KAPPLY_PRUNE_LABLE', 'KAPPLY_PRUNE_LABLE sets nothing: did you mean KAPPLY_PRUNE_LABEL?'],
    ['KAPPLY_KUSTOMIZE', 'KAPPLY_KUSTOMIZE is not read: what to deploy belongs to the command line (--kustomize)'],
    // Of a Service that is called kapply, in every pod of its namespace.
    ['KAPPLY_SERVICE_HOST', undefined],
    ['KAPPLY_PORT_443_TCP_PROTO', undefined],
    ['TIMEUOT', undefined],
  ];
  for (const [name, said] of cases) {
    it(`${name}: ${said ?? 'nothing is said'}`, () => {
      assert.deepEqual(unknownVariables({ [name]: 'x' }), said === undefined ? [] : [said]);
      assert.deepEqual(unknownVariables({ [name]: '' }), []);
    });
  }

  it('are none of those that set a flag of any command', () => {
    const flags = [...FROM_A_FILE, ...Object.keys(NOT_FROM_A_FILE)].filter((f) => !NOT_FROM_THE_ENVIRONMENT.has(f));
    assert.deepEqual(unknownVariables(Object.fromEntries(flags.map((flag) => [environmentName(flag), 'x']))), []);
  });

  it('are warned of on stderr by every command', async () => {
    const { stdout, stderr } = await runKapply(['completion', 'bash'], { env: { KAPPLY_COLOUR: 'never' } });
    assert.equal(stderr, 'warning: KAPPLY_COLOUR sets nothing: did you mean KAPPLY_COLOR?\n');
    assert.match(stdout, /^# bash completion/);
  });
});

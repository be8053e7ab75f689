import assert from 'node:assert/strict';
import { runKapply } from '../commands/runKapply.js';
import { wantedColor } from '../../src/cli/wantedColor.js';

describe('wantedColor', () => {
  for (const [argv, env, color] of [
    [['deploy'], {}, 'auto'],
    [['deploy', '--color=never', '--bogus'], {}, 'never'],
    [['deploy', '--color', 'always'], {}, 'always'],
    [['deploy', '--color=never', '--color=always'], {}, 'always'],
    [['deploy', '--color'], {}, 'auto'],
    [['deploy', '--color=blue'], {}, 'auto'],
    [['deploy', '--', '--color=never'], {}, 'auto'],
    [['deploy'], { KAPPLY_COLOR: 'never' }, 'never'],
    [['deploy', '--color=always'], { KAPPLY_COLOR: 'never' }, 'always'],
  ] as const) {
    it(`is ${color} for ${[...argv, JSON.stringify(env)].join(' ')}`, () => {
      assert.equal(wantedColor(argv, env), color);
    });
  }
});

describe('--color', () => {
  // What is wrong is said before the flags are read, while they are, and by every kind of command.
  for (const argv of [
    ['bogus'],
    ['deploy', '--bogus'],
    ['deploy', '-k', 'nowhere'],
    ['render', '-k', 'nowhere'],
    ['diff', '-k', 'nowhere'],
    ['status', '-k', 'nowhere'],
  ]) {
    it(`colours the error of kapply ${argv.join(' ')}, or does not`, async () => {
      const always = await runKapply([...argv, '--color=always'], { env: { NO_COLOR: '1' } });
      assert.ok(always.stderr.includes('\u001b[31merror:'), always.stderr);
      const never = await runKapply([...argv, '--color=never'], { env: { FORCE_COLOR: '1' } });
      assert.match(never.stderr, /^error:/m);
    });
  }
});

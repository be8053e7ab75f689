import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { ask as askFor } from '../../src/ui/prompt.js';
import { until } from '../until.js';
import { Screen } from './screen.js';

interface Asked {
  readonly answer: Promise<'yes' | 'no' | 'v' | 'd'>;
  readonly input: PassThrough;
  readonly screen: Screen;
  readonly abort: AbortController;
  interrupts: number;
}

const choices = [
  { key: 'v', does: 'view' },
  { key: 'd', does: 'deploy' },
] as const;

function ask(): Asked {
  const abort = new AbortController();
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const screen = new Screen(80, 24);
  const asked: Asked = {
    input,
    screen,
    abort,
    interrupts: 0,
    answer: askFor('Delete 3 objects?', choices, {
      input,
      output: screen,
      signal: abort.signal,
      onInterrupt: () => {
        asked.interrupts += 1;
        abort.abort(new Error('interrupted'));
      },
    }),
  };
  return asked;
}

describe('ask', () => {
  for (const [typed, agreed] of [
    ['y', 'yes'],
    ['yes', 'yes'],
    ['Y', 'yes'],
    [' YES ', 'yes'],
    ['v', 'v'],
    [' D ', 'd'],
    ['n', 'no'],
    ['', 'no'],
    ['yep', 'no'],
    ['yy', 'no'],
    ['vd', 'no'],
  ] as const) {
    it(`takes "${typed}" for ${agreed}`, async () => {
      const { answer, input, screen } = ask();
      input.write(`${typed}\r`);
      assert.equal(await answer, agreed);
      assert.match(await screen.text(), /^v: view\nd: deploy\nDelete 3 objects\? \[y\/N\/v\/d\]/);
    });
  }

  it('takes the end of the input for no', async () => {
    const { answer, input } = ask();
    input.end();
    assert.equal(await answer, 'no');
  });

  it('tells of Ctrl-C, which readline takes from the terminal', async () => {
    const asked = ask();
    asked.input.write('\u0003');
    await assert.rejects(asked.answer, /interrupted/);
    assert.equal(asked.interrupts, 1);
  });

  it('reads on where the shell stopped it (Ctrl-Z) and lets it go on', async () => {
    const { answer, input } = ask();
    const kill = process.kill.bind(process);
    const sent: unknown[] = [];
    process.kill = (...given) => {
      sent.push(given);
      return true;
    };
    try {
      input.write('\u001a');
      await until('SIGTSTP', () => sent.length > 0);
    } finally {
      process.kill = kill;
    }
    assert.deepEqual(sent, [[process.pid, 'SIGTSTP']]);
    process.emit('SIGCONT');
    input.write('y\r');
    assert.equal(await answer, 'yes');
  });

  it('ends with the reason of its signal', async () => {
    const { answer, abort } = ask();
    abort.abort(new Error('terminated'));
    await assert.rejects(answer, /terminated/);
  });
});

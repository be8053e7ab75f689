import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { askYesNo } from '../../src/ui/prompt.js';
import { Screen } from './screen.js';

interface Asked {
  readonly answer: Promise<boolean>;
  readonly input: PassThrough;
  readonly screen: Screen;
  readonly abort: AbortController;
  interrupts: number;
}

function ask(): Asked {
  const abort = new AbortController();
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const screen = new Screen(80, 24);
  const asked: Asked = {
    input,
    screen,
    abort,
    interrupts: 0,
    answer: askYesNo('Delete 3 objects?', {
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

describe('askYesNo', () => {
  for (const [typed, agreed] of [
    ['y', true],
    ['yes', true],
    ['Y', true],
    [' YES ', true],
    ['n', false],
    ['', false],
    ['yep', false],
    ['yy', false],
  ] as const) {
    it(`takes "${typed}" for ${agreed ? 'yes' : 'no'}`, async () => {
      const { answer, input, screen } = ask();
      input.write(`${typed}\r`);
      assert.equal(await answer, agreed);
      assert.match(await screen.text(), /^Delete 3 objects\? \[y\/N\]/);
    });
  }

  it('takes the end of the input for no', async () => {
    const { answer, input } = ask();
    input.end();
    assert.equal(await answer, false);
  });

  it('tells of Ctrl-C, which readline takes from the terminal', async () => {
    const asked = ask();
    asked.input.write('\u0003');
    await assert.rejects(asked.answer, /interrupted/);
    assert.equal(asked.interrupts, 1);
  });

  it('ends with the reason of its signal', async () => {
    const { answer, abort } = ask();
    abort.abort(new Error('terminated'));
    await assert.rejects(answer, /terminated/);
  });
});

import assert from 'node:assert/strict';
import { openFrame } from '../../../src/ui/live/frame.js';
import { Screen } from '../screen.js';

const LINES = {
  plain: 'Deployment/web 0/1',
  'two columns a character': '全全全全全全全全全',
  'two columns, and one between': 'a全全b全全全全全c',
  'combining marks': 'e\u0301'.repeat(18),
  'wide and combining': '全e\u0301'.repeat(6),
};

const SIZES = [
  [5, 12],
  [20, 5],
  [7, 9],
  [40, 24],
  [3, 20],
] as const;

describe('frame', () => {
  for (const [what, line] of Object.entries(LINES)) {
    it(`takes back what the terminal wrapped anew: ${what}`, async () => {
      for (const [columns, rows] of SIZES) {
        const screen = new Screen(20, 24);
        const frame = openFrame(screen);
        screen.write('above\n');
        frame.draw([line]);
        await screen.resize(columns, rows);
        frame.draw(['now']);
        const shown = (await screen.text()).replaceAll('\n', '');
        assert.equal(shown, 'abovenow', `${columns} columns and ${rows} rows`);
      }
    });
  }

  const table = (name: string, rows: number, columns = 100): string[] =>
    Array.from(
      { length: rows },
      (_, row) => `${name}.${row}: why it waits, ${row % 3 === 0 ? 'long' : 'at some length'}`,
    ).map((line) => line.slice(0, columns - 1));

  it('leaves nothing behind on a terminal that shrinks and grows again', async () => {
    for (const start of [3, 20, 29]) {
      const screen = new Screen(100, 30);
      const frame = openFrame(screen);
      screen.write(`${table('above', start).join('\n')}\n`);
      for (const small of [...SIZES, [50, 8], [20, 2]] as const) {
        for (const [columns, rows] of [small, [120, 80]] as const) {
          frame.draw(table('F', 12, screen.columns));
          frame.draw(table('G', 9, screen.columns));
          await screen.resize(columns, rows);
          frame.draw(table('H', 12, columns));
        }
        const stands = (await screen.text()).split('\n').filter((line) => /^[FGH]/.test(line));
        assert.deepEqual(stands, table('H', 12), `${small.join('x')}, below ${start} lines`);
      }
      frame.end(['the end']);
      assert.deepEqual((await screen.text()).trimEnd().split('\n'), [...table('above', start), 'the end']);
    }
  });

  it('is not moved by what somebody types meanwhile', async () => {
    for (const above of [0, 23]) {
      const screen = new Screen(40, 24);
      const frame = openFrame(screen);
      screen.write('above\n'.repeat(above));
      for (let turn = 0; turn < 9; turn += 1) {
        frame.draw(table(`turn ${turn}`, 3));
        // The driver of the terminal shows it, wherever the cursor stands.
        screen.write(turn % 2 === 0 ? '\n\n' : 'typed\n');
      }
      frame.end(['the end']);
      assert.equal(await screen.text(), `${'above\n'.repeat(above)}the end\n`);
    }
  });

  it('leaves what stood when the shell took the terminal, and what was written below it', async () => {
    for (const above of [0, 23]) {
      const screen = new Screen(40, 24);
      const frame = openFrame(screen);
      screen.write('above\n'.repeat(above));
      frame.draw(table('before', 3));
      screen.write('Stopped\n$ echo hello\nhello\n$ fg\nkapply\n');
      frame.leave();
      frame.draw(table('then', 3));
      frame.draw(table('now', 2));
      frame.end(['the end']);
      const stands = [...table('before', 3), 'Stopped', '$ echo hello', 'hello', '$ fg', 'kapply', 'the end'];
      assert.deepEqual((await screen.text()).trimEnd().split('\n').slice(above), stands);
    }
  });

  it('draws nothing while the terminal is somebody else’s', async () => {
    const screen = new Screen(40, 24);
    let mine = false;
    const frame = openFrame(screen, () => mine);
    screen.write('$ \n');
    frame.draw(['hidden']);
    assert.equal(await screen.text(), '$\n');
    mine = true;
    frame.draw(['shown']);
    assert.equal(await screen.text(), '$\nshown\n');
  });

  it('puts lines above itself, however long', async () => {
    const screen = new Screen(10, 5);
    const frame = openFrame(screen);
    for (let turn = 0; turn < 4; turn += 1) {
      frame.draw([`turn ${turn}`, 'two']);
      frame.print(['a line that is long']);
    }
    frame.end(['the end']);
    assert.equal(await screen.text(), `${'a line tha\nt is long\n'.repeat(4)}the end\n`);
  });
});

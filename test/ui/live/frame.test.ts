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
});

/**
 * Every screen of every scene, as text, in test/golden/screens/. UPDATE_GOLDEN=1 writes them anew; whoever does it
 * reads the difference as somebody would who has to act on it at two in the morning.
 */
import assert from 'node:assert/strict';
import stringWidth from 'string-width';
import { withAsciiMarks } from '../../src/ui/ascii.js';
import { assertGolden } from '../ui/golden.js';
import { pictureOf } from './picture.js';
import { recordScene, type Recording } from './recordScene.js';
import { SCENES } from './scenes.js';
import { onTerminal, showScene, type Shown, type Surface } from './showScene.js';

const ROWS = 24;
const terminal = (columns: number, more: Partial<Surface> = {}): Surface => ({
  on: 'terminal',
  columns,
  rows: ROWS,
  color: false,
  ascii: false,
  ...more,
});
const log = (on: Surface['on'], more: Partial<Surface> = {}): Surface => ({ ...terminal(0, more), on });

/** What the golden files show. Colours and ASCII marks change no text, which is checked instead of shown. */
const TERMINALS = [80, 40, 120].map((columns) => terminal(columns));
const LOGS = [log('pipe'), log('GitHub')];
const LOW = [
  [20, 5],
  [80, 8],
].map(([columns = 0, rows = 0]) => terminal(columns, { rows }));
/** Each with what it must say the same as. */
const COLOURED_ASCII = [
  [terminal(80, { color: true, ascii: true }), terminal(80)],
  [log('GitLab', { color: true, ascii: true }), log('pipe')],
] as const;

// eslint-disable-next-line no-control-regex -- the escape character is the subject
const COLOUR = /\u001b\[(?:0|1|2|22|3[1-6]|39)m/g;
// eslint-disable-next-line no-control-regex -- the escape character is the subject
const MOVES = /\u001b(?:[78]|\[(?:\d*[A-HJK]|\?25[hl]))/g;

/** Scenes that README and docs/ show: by name, the picture. UPDATE_GOLDEN=1 draws it anew. */
const PICTURES: Readonly<Record<string, string>> = {
  'change-with-prune': 'success',
  'image-pull': 'failure',
  'prune-with-keeps': 'prune',
};

describe('screens', () => {
  for (const scene of SCENES) {
    describe(scene.name, () => {
      let recording: Recording;
      const shown = new Map<string, Promise<Shown>>();
      const show = (surface: Surface): Promise<Shown> => {
        const key = JSON.stringify(surface);
        const found = shown.get(key) ?? showScene(recording, surface);
        shown.set(key, found);
        return found;
      };
      before(async () => {
        recording = await recordScene(scene);
      });

      it('stands in its golden file', async () => {
        const parts: string[] = [];
        for (const surface of TERMINALS) {
          const { looks, output, exitCode } = await show(surface);
          for (const look of looks)
            parts.push(
              page(`${surface.columns} columns, ${look.name}`, (await onTerminal(look.output, surface)).screen),
            );
          const { lines } = await onTerminal(output, surface);
          parts.push(page(`${surface.columns} columns, at the end: exit ${exitCode}`, lines));
        }
        for (const surface of LOGS) {
          const { output, summary } = await show(surface);
          parts.push(page(surface.on, output.trimEnd().split('\n')));
          if (summary !== '') parts.push(page(`${surface.on}, summary of the job`, summary.trimEnd().split('\n')));
        }
        assertGolden(`screens/${scene.name}.txt`, parts.join('\n'));
      });

      const picture = PICTURES[scene.name];
      if (picture !== undefined) {
        it('is what its picture in the documentation shows', async () => {
          const { output } = await show(terminal(100, { color: true }));
          const command = 'kapply deploy -k overlays/prod --prune-label app=shop';
          assertGolden(`../../docs/pictures/${picture}.svg`, await pictureOf(output, 100, command));
        });
      }

      it('says the same in colours and in ASCII', async () => {
        for (const [surface, plain] of COLOURED_ASCII) {
          const { output } = await show(surface);
          assert.match(output, COLOUR);
          // eslint-disable-next-line no-control-regex -- ASCII is the subject
          assert.doesNotMatch(output, /[^\u0000-\u007f]/);
          const expected = (await show(plain)).output;
          assert.equal(output.replace(COLOUR, ''), withAsciiMarks(expected));
          // Where there are no colours, an escape sequence can only move the cursor of a terminal.
          const rest = plain.on === 'terminal' ? expected.replace(MOVES, '') : expected;
          assert.ok(!rest.includes('\u001b'), JSON.stringify(rest));
        }
      });

      it('says the cause wherever it is shown', async () => {
        for (const surface of [...TERMINALS, ...LOGS]) {
          const text = await wholeText(await show(surface), surface);
          for (const pattern of scene.says) assert.match(text, pattern, `${surface.on} ${surface.columns}`);
        }
      });

      it('shows the question, or what runs and what it waits for, on the lowest of terminals', async () => {
        for (const surface of LOW) {
          for (const { name, output } of (await show(surface)).looks) {
            const { screen, lines } = await onTerminal(output, surface);
            const seen = `${surface.columns}x${surface.rows} ${name}\n${screen.join('\n')}`;
            if (name === 'at the question') assert.match(screen.join(' '), /\[y\/N\/v(?:\/d)?\]$/, seen);
            else {
              assert.match(screen.join('\n'), /^[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] /m, seen);
              // What is applied waits for nothing.
              if (!name.includes('apply')) assert.match(screen.join('\n'), /^│ [✖⚠◌] \S/m, seen);
            }
            const spinning = lines.filter((line) => /^[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] /.test(line));
            assert.ok(spinning.length <= 1, `what was drawn before has been left\n${lines.join('\n')}`);
          }
        }
      });

      it('wraps no row of what is redrawn, and shows no two alike', async () => {
        for (const surface of [terminal(20), ...TERMINALS, terminal(300)]) {
          for (const { output } of (await show(surface)).looks) {
            const { whole } = await onTerminal(output, surface);
            const rows = whole.filter((line) => line.startsWith('│ '));
            for (const row of rows) assert.ok(stringWidth(row) <= surface.columns, row);
            const first = rows.filter((row) => /^│ [✖⚠◌]/.test(row));
            assert.equal(new Set(first).size, first.length, rows.join('\n'));
          }
        }
      });
    });
  }
});

function page(title: string, lines: readonly string[]): string {
  return `#### ${title}\n${lines.join('\n')}\n`;
}

async function wholeText({ output }: Shown, surface: Surface): Promise<string> {
  return surface.on === 'terminal' ? (await onTerminal(output, surface)).whole.join('\n') : output;
}

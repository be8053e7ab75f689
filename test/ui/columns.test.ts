import assert from 'node:assert/strict';
import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import { fitFirst, fitMiddle, fitTo, padTo, widest, wrapTo } from '../../src/ui/columns.js';
import { makeStyle } from '../../src/ui/style.js';

const TEXTS = [
  '',
  'ConfigMap/cfg-9h2kf8d2',
  '✔ Render',
  '… and 3 more',
  'Straße',
  '日本語',
  '👩‍👩‍👧',
  'e\u0301',
  '\u001b[31m✖ failed\u001b[39m',
  '\u001b[2m日本\u001b[22m',
];

describe('columns', () => {
  for (const [what, line, width, lines] of [
    ['leaves what fits', '✔ Current  Deployment/web', 40, ['✔ Current  Deployment/web']],
    ['leaves everything where nothing limits it', 'a '.repeat(99), undefined, ['a '.repeat(99)]],
    [
      'wraps between words, further in',
      '  ● current  cfg-4fk2m9tt22    3d  in use by Deployment/web, StatefulSet/db',
      40,
      ['  ● current  cfg-4fk2m9tt22    3d  in', '      use by Deployment/web,', '      StatefulSet/db'],
    ],
    [
      'keeps the exit code in one piece',
      'error: deploy timed out after 13s: not ready in time (exit 4)',
      58,
      ['error: deploy timed out after 13s: not ready in time', '    (exit 4)'],
    ],
    [
      'keeps a long word whole',
      'Deployment/a-name-that-is-longer-than-the-line ready',
      20,
      ['Deployment/a-name-that-is-longer-than-the-line', 'ready'],
    ],
  ] as const) {
    it(what, () => assert.deepEqual(wrapTo(line, width).split('\n'), lines));
  }

  it('measures without colours', () => {
    const bad = makeStyle(true).bad('FAILED');
    assert.equal(wrapTo(`${bad} ${bad}`, 13), `${bad} ${bad}`);
  });

  it('keeps both ends of a name', () => {
    const name = fitMiddle('Deployment/checkout-frontend-europe', 20);
    assert.equal(name.length, 20);
    assert.match(name, /^Deployme.*….*europe$/);
  });

  it('says it in the longest way that has room, and cuts the shortest', () => {
    const ways = ['waits for another run', 'waits', 'w'];
    assert.deepEqual(
      [30, 21, 20, 5, 4].map((width) => fitFirst(ways, width)),
      ['waits for another run', 'waits for another run', 'waits', 'waits', 'w'],
    );
    assert.equal(fitFirst(['abcdef', 'abcd'], 3), 'ab…');
  });

  for (const text of TEXTS) {
    it(`takes ${JSON.stringify(text)} as string-width and cli-truncate do`, () => {
      assert.equal(widest([text]), stringWidth(text));
      assert.equal(stringWidth(padTo(text, 30)), 30);
      for (const width of [1, 4, 8, 40]) {
        assert.equal(fitTo(text, width), cliTruncate(text, width));
        assert.equal(fitMiddle(text, width), cliTruncate(text, width, { position: 'middle' }));
      }
    });
  }

  it('knows what every plain character takes', () => {
    const plain = Array.from({ length: 0x5f }, (_, index) => String.fromCharCode(0x20 + index)).concat([
      '…',
      '✔',
      '✖',
      '●',
      '○',
      '◌',
    ]);
    for (const character of plain) assert.equal(stringWidth(character), 1, JSON.stringify(character));
  });
});

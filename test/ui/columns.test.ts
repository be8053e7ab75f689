import assert from 'node:assert/strict';
import { fitMiddle, wrapTo } from '../../src/ui/columns.js';
import { makeStyle } from '../../src/ui/style.js';

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
});

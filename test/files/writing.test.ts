import assert from 'node:assert/strict';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
  chmodSync,
} from 'node:fs';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { fileNameOf } from '../../src/files/fileName.js';
import { appendTo, writeFrom } from '../../src/files/writeOn.js';
import { writeWhole } from '../../src/files/writeWhole.js';
import { withFiles } from '../render/oracle.js';

const mode = (path: string): number => statSync(path).mode & 0o777;

/** Everything by which src/files writes a file at a path. */
const writers: Readonly<Record<string, (path: string, text: string) => void>> = {
  writeWhole: (path, text) => writeWhole(path, text, { secret: false }),
  writeFrom: (path, text) => writeFrom(path)(text),
  appendTo,
};

describe('files that are written', () => {
  for (const [name, write] of Object.entries(writers)) {
    it(`${name} does not write through a link`, () =>
      withFiles({ victim: 'mine' }, (cwd) => {
        symlinkSync('victim', join(cwd, 'link'));
        symlinkSync('nowhere', join(cwd, 'dangling'));
        for (const path of ['link', 'dangling']) {
          try {
            write(join(cwd, path), 'theirs');
          } catch (error) {
            assert.equal((error as NodeJS.ErrnoException).code, 'ELOOP');
          }
        }
        assert.equal(readFileSync(join(cwd, 'victim'), 'utf8'), 'mine');
        assert.ok(!existsSync(join(cwd, 'nowhere')));
      }));

    it(`${name} writes to a device by a link, and does not replace it`, () =>
      withFiles({}, (cwd) => {
        symlinkSync('/dev/null', join(cwd, 'link'));
        write(join(cwd, 'link'), 'x');
        assert.ok(lstatSync(join(cwd, 'link')).isSymbolicLink());
      }));
  }

  it('are readable by their owner alone where they may hold secrets, whatever was there', () =>
    withFiles({ old: 'x' }, (cwd) => {
      chmodSync(join(cwd, 'old'), 0o644);
      for (const name of ['old', 'new']) {
        writeWhole(join(cwd, name), 'secret', { secret: true });
        assert.equal(mode(join(cwd, name)), 0o600);
      }
      writeFrom(join(cwd, 'events'))('x');
      assert.equal(mode(join(cwd, 'events')), 0o600);
    }));

  it('keep their mode, or get the usual one, where they hold none', () =>
    withFiles({ old: 'x' }, (cwd) => {
      chmodSync(join(cwd, 'old'), 0o640);
      writeWhole(join(cwd, 'old'), 'text', { secret: false });
      assert.equal(mode(join(cwd, 'old')), 0o640);
      writeWhole(join(cwd, 'new'), 'text', { secret: false });
      writeFileSync(join(cwd, 'plain'), 'text');
      assert.equal(mode(join(cwd, 'new')), mode(join(cwd, 'plain')));
    }));

  it('are whole or not at all: what cannot be put in place leaves nothing beside it', () =>
    withFiles({}, (cwd) => {
      mkdirSync(join(cwd, 'folder'));
      assert.throws(() => writeWhole(join(cwd, 'folder'), 'x', { secret: true }), { code: 'EISDIR' });
      assert.deepEqual(readdirSync(cwd), ['folder']);
    }));

  it('leave nothing that others can read where the process is killed', () =>
    withFiles({}, async (cwd) => {
      const source = JSON.stringify(join(import.meta.dirname, '../../src/files/writeWhole.ts'));
      // A hundred megabytes take long enough to be killed within; the name beside it is there at once.
      const script = `const { writeWhole } = await import(${source}); writeWhole(${JSON.stringify(join(cwd, 'out'))}, Buffer.alloc(1 << 27), { secret: true });`;
      const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
        cwd: join(import.meta.dirname, '../..'),
        stdio: 'ignore',
      });
      while (readdirSync(cwd).length === 0 && child.exitCode === null)
        await new Promise((resolve) => setTimeout(resolve, 2));
      child.kill('SIGKILL');
      await once(child, 'exit');
      for (const name of readdirSync(cwd).filter((left) => left !== 'out')) assert.equal(mode(join(cwd, name)), 0o600);
      assert.ok(readdirSync(cwd).length > 0);
    })).timeout(10_000);

  it('appends to what is there', () =>
    withFiles({ a: 'one\n' }, (cwd) => {
      appendTo(join(cwd, 'a'), 'two\n');
      assert.equal(readFileSync(join(cwd, 'a'), 'utf8'), 'one\ntwo\n');
    }));

  it('names of a server become one file name each', () => {
    const segment = fc.string({ unit: 'binary', maxLength: 300 });
    const seen = new Map<string, string>();
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 3 }), (parts) => {
        const name = fileNameOf(...parts);
        assert.match(name, /^[A-Za-z0-9.:%_~-]*$/);
        assert.ok(name.length <= 200 && !name.startsWith('.'));
        const key = JSON.stringify(parts.map((part) => Buffer.from(part, 'utf8').toString('hex')));
        assert.equal(seen.get(name) ?? key, key);
        seen.set(name, key);
      }),
      { examples: [[['..', '/etc/passwd']], [['a_b', 'c']], [['a', 'b_c']], [['.']], [['a\0b']], [['%2F']], [['/']]] },
    );
  });

  it('no other place of the sources writes files', () => {
    const root = join(import.meta.dirname, '../../src');
    const names =
      'appendFile|chmod|copyFile|cp|createWriteStream|link|mkdir|mkdtemp|open|rename|symlink|truncate|write|writeFile';
    const found = execFileSync(
      'grep',
      ['-rnE', `^import .*\\b(${names})(Sync)?\\b.* from 'node:fs(/promises)?'`, root],
      {
        encoding: 'utf8',
      },
    );
    const places = [
      ...new Set(
        found
          .split('\n')
          .filter(Boolean)
          .map((line) => line.slice(root.length + 1).split(':')[0]),
      ),
    ];
    assert.deepEqual(
      places.filter((place) => place?.startsWith('files/') !== true),
      [],
    );
  });
});

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCommand, startedAs, startOnWindows } from '../../src/files/windowsCommand.js';

const ENV = {
  Path: 'C:\\tools;"C:\\Program Files\\Login";relative',
  PATHEXT: '.COM;.EXE;.BAT;.CMD',
  ComSpec: 'C:\\cmd.exe',
};

/** A disk with these files; names have no case there. */
const disk =
  (...files: readonly string[]) =>
  (path: string): boolean =>
    files.some((file) => file.toLowerCase() === path.toLowerCase());

describe('findCommand', () => {
  const cases: readonly (readonly [
    name: string,
    command: string,
    files: readonly string[],
    found: string | undefined,
  ])[] = [
    ['a .cmd', 'my-login', ['C:\\tools\\my-login.cmd'], 'C:\\tools\\my-login.cmd'],
    ['an .exe before a .cmd', 'az', ['C:\\tools\\az.cmd', 'C:\\tools\\az.exe'], 'C:\\tools\\az.exe'],
    ['the first folder', 'az', ['C:\\Program Files\\Login\\az.exe', 'C:\\tools\\az.cmd'], 'C:\\tools\\az.cmd'],
    ['a folder in quotes', 'az', ['C:\\Program Files\\Login\\az.cmd'], 'C:\\Program Files\\Login\\az.cmd'],
    ['a name with its ending', 'az.cmd', ['C:\\tools\\az.cmd'], 'C:\\tools\\az.cmd'],
    ['a name with dots', 'login.v2', ['C:\\tools\\login.v2.exe'], 'C:\\tools\\login.v2.exe'],
    ['a path', 'D:\\x\\az', ['D:\\x\\az.bat'], 'D:\\x\\az.bat'],
    ['no file without an ending', 'az', ['C:\\tools\\az'], undefined],
    ['nothing in the current folder', 'az', ['az.exe', 'relative\\az.exe'], undefined],
  ];
  for (const [name, command, files, found] of cases) {
    it(`finds ${name}`, () => assert.equal(findCommand(command, ENV, disk(...files)), found));
  }

  it('has the usual endings where PATHEXT is not set', () =>
    assert.equal(findCommand('az', { PATH: 'C:\\tools' }, disk('C:\\tools\\az.bat')), 'C:\\tools\\az.bat'));
});

describe('startOnWindows', () => {
  it('starts an .exe as it is, and what is nowhere by its name', () => {
    const args = ['get-token', '--name', 'a b'];
    assert.deepEqual(startOnWindows('az', args, ENV, disk('C:\\tools\\az.exe')), {
      command: 'C:\\tools\\az.exe',
      args,
      verbatim: false,
    });
    assert.equal(startOnWindows('az', args, ENV, disk()).command, 'az');
  });

  it('has the interpreter run a .cmd, and leaves it nothing to obey', () => {
    const started = startOnWindows(
      'az',
      ['a b', '%PATH%', 'x&calc', 'say "hi"', 'end\\'],
      ENV,
      disk('C:\\tools\\az.cmd'),
    );
    assert.deepEqual(started, {
      command: 'C:\\cmd.exe',
      args: ['/d', '/s', '/c', '"C:\\tools\\az.cmd ^"a^ b^" ^"^%PATH^%^" ^"x^&calc^" ^"say^ \\^"hi\\^"^" ^"end\\\\^""'],
      verbatim: true,
    });
  });
});

describe('startedAs', () => {
  it('is the command itself where it is not Windows', () => {
    const started = { command: 'az', args: ['a b'], verbatim: false };
    for (const platform of ['linux', 'darwin'] as const)
      assert.deepEqual(startedAs('az', ['a b'], ENV, platform), started);
  });

  it('is asked wherever a program is started', () => {
    const root = join(import.meta.dirname, '../../src');
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const starting = files.filter((name) => /\b(?:spawn|execFile|fork)\(/.test(readFileSync(join(root, name), 'utf8')));
    assert.ok(starting.length > 2, starting.join(', '));
    for (const name of starting) assert.match(readFileSync(join(root, name), 'utf8'), /startedAs\(/, name);
  });
});

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultsFromFile, readDefaultsFile } from '../../../src/cli/settings/defaultsFile.js';
import { KapplyError } from '../../../src/errors.js';

const flags = {
  'prune-label': { type: 'option' },
  'helm-api-versions': { type: 'option' },
  wait: { type: 'boolean', allowNo: true },
  timeout: { type: 'option' },
};
const known = (): Promise<Set<string>> =>
  Promise.resolve(new Set([...Object.keys(flags), 'exit-code', 'token', 'kubeconfig', 'context']));

describe('defaultsFromFile', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kapply-defaults-'));
  });
  after(() => rm(folder, { recursive: true }));

  async function read(text: string) {
    await writeFile(join(folder, '.kapply.yaml'), text);
    return defaultsFromFile(await readDefaultsFile(folder), flags, known);
  }

  it('has none where there is no file', async () => {
    assert.deepEqual(await defaultsFromFile(await readDefaultsFile(join(folder, 'nowhere')), flags, known), []);
  });

  it('reads strings, numbers, booleans and lists', async () => {
    const defaults = await read(
      'prune-label: app=shop\nhelm-api-versions: [apps/v1, batch/v1]\nwait: false\ntimeout: 90\n',
    );
    assert.deepEqual(
      defaults.map(({ argv }) => argv),
      [
        ['--prune-label=app=shop'],
        ['--helm-api-versions=apps/v1', '--helm-api-versions=batch/v1'],
        ['--wait=false'],
        ['--timeout=90'],
      ],
    );
    assert.deepEqual(defaults[3]?.position, { file: join(folder, '.kapply.yaml'), line: 4, column: 1 });
  });

  it('passes over flags of other commands, and an empty file', async () => {
    assert.deepEqual(await read('exit-code: true\n'), []);
    assert.deepEqual(await read('# nothing\n'), []);
  });

  const refused: readonly (readonly [name: string, text: string, code: string, line: number])[] = [
    ['an unknown name', 'wait: true\nprune-labels: a=b\n', 'UnknownDefault', 2],
    ['a name that objects inherit', 'constructor: x\n', 'UnknownDefault', 1],
    ['__proto__', '__proto__: x\n', 'UnknownDefault', 1],
    ['where credentials go', '\nkubeconfig: ./evil\n', 'ForbiddenDefault', 2],
    ['a token', 'token: abc\n', 'ForbiddenDefault', 1],
    ['a context', 'context: prod\n', 'ForbiddenDefault', 1],
    ['a nested mapping', 'timeout: {a: 1}\n', 'InvalidDefault', 1],
    ['null', 'timeout:\n', 'InvalidDefault', 1],
    ['a list at the top', '- a\n', 'InvalidDefaults', 1],
    ['broken YAML', 'a: [1\n', 'InvalidYaml', 2],
    ['the same name twice', 'wait: true\nwait: false\n', 'InvalidYaml', 2],
  ];
  for (const [name, text, code, line] of refused) {
    it(`refuses ${name}, with its line`, async () => {
      await assert.rejects(read(text), (error) => {
        assert.ok(error instanceof KapplyError);
        assert.deepEqual(
          { code: error.code, exitCode: error.exitCode, line: error.position?.line },
          { code, exitCode: 2, line },
        );
        return true;
      });
    });
  }
});

import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KapplyError } from '../../src/errors.js';
import type { RenderOptions } from '../../src/render/options.js';
import { renderText } from '../../src/render/render.js';

interface ConformanceCase {
  readonly name: string;
  readonly target: string;
  readonly expect: 'ok' | 'error';
  readonly cliArgs?: readonly string[];
  /** Folders that git and archives lose. */
  readonly emptyDirs?: readonly string[];
}

/** Kustomize's own tests and documentation as cases, where a copy of them lies beside the repository. */
const corpus = join(import.meta.dirname, '../../../shared/conformance/kustomize');

function optionsOf(args: readonly string[], withReorder: boolean): RenderOptions {
  const options: { -readonly [name in keyof RenderOptions]: RenderOptions[name] } = {};
  for (const [index, flag] of args.entries()) {
    const value = args[index + 1];
    if (flag === '--enable-managedby-label') options.enableManagedbyLabel = true;
    if (flag === '--load-restrictor') options.loadRestrictor = value === 'LoadRestrictionsNone' ? 'none' : 'rootOnly';
    if (flag === '--reorder' && withReorder) options.reorder = value === 'none' ? 'none' : 'legacy';
  }
  return options;
}

function expectedText(directory: string, withReorder: boolean): string {
  const inDefaultOrder = join(directory, 'expected.default.yaml');
  const file = !withReorder && existsSync(inDefaultOrder) ? inDefaultOrder : join(directory, 'expected.yaml');
  return readFileSync(file, 'utf8');
}

async function run(
  directory: string,
  { target, expect, cliArgs = [], emptyDirs = [] }: ConformanceCase,
): Promise<void> {
  const copy = emptyDirs.length > 0 ? mkdtempSync(join(tmpdir(), 'kapply-conformance-')) : undefined;
  try {
    if (copy !== undefined) {
      cpSync(join(directory, 'in'), copy, { recursive: true });
      for (const empty of emptyDirs) mkdirSync(join(copy, empty), { recursive: true });
    }
    const cwd = copy ?? join(directory, 'in');
    for (const withReorder of [false, true]) {
      const rendering = renderText(target, { cwd, ...optionsOf(cliArgs, withReorder) });
      if (expect === 'error')
        await assert.rejects(rendering, (error) => error instanceof KapplyError && error.exitCode === 2);
      else assert.equal((await rendering).text, expectedText(directory, withReorder));
    }
  } finally {
    if (copy !== undefined) rmSync(copy, { recursive: true });
  }
}

describe('conformance with kustomize build', function () {
  if (!existsSync(corpus)) {
    it('is checked where the corpus is there', function () {
      this.skip();
    });
    return;
  }
  for (const suite of readdirSync(corpus)) {
    describe(suite, () => {
      for (const name of readdirSync(join(corpus, suite))) {
        const directory = join(corpus, suite, name);
        const conformanceCase = JSON.parse(readFileSync(join(directory, 'case.json'), 'utf8')) as ConformanceCase;
        it(`${conformanceCase.expect === 'error' ? 'refuses' : 'renders'} ${name}`, () =>
          run(directory, conformanceCase));
      }
    });
  }
});

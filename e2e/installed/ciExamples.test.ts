/**
 * The pipelines of the documentation, run with the installed package: the shell of each step in its order, in a project of its own, against
 * a sandbox. What only the CI system can do (check out, keep artifacts) is passed over; npm and gh are stand-ins.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { install, type Installation } from './installation.js';
import { writeShop } from './shop.js';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const PASSWORD = 'a-secret-password';
const PAGES = ['README.md', 'docs/ci.md', 'docs/moving.md', 'docs/plans.md'];
/** What only the CI system does: files stay where they are here. */
const PASSED_OVER = /^actions\/(checkout|upload-artifact|download-artifact)@/;

/** What brings kapply into a job: without it, the runner has it. */
const INSTALLS = /^kapply\/kapply@|^npm install/;

interface Step {
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
}

interface Pipeline {
  readonly system: 'GITHUB_ACTIONS' | 'GITLAB_CI';
  readonly jobs: readonly (readonly Step[])[];
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

interface GitlabJob {
  readonly before_script?: readonly string[];
  readonly script?: string | readonly string[];
}

/** The pipelines of a page: lists of steps, jobs of GitHub, jobs of GitLab. */
async function pipelinesOf(page: string): Promise<Pipeline[]> {
  const text = await readFile(join(root, page), 'utf8');
  return [...text.matchAll(/```yaml\n(.*?)```/gs)].flatMap(([, block = '']) => {
    const found = asGithub(parse(block)) ?? asGitlab(parse(block));
    return found === undefined ? [] : [found];
  });
}

function asGithub(block: unknown): Pipeline | undefined {
  const { jobs } = block as { readonly jobs?: Readonly<Record<string, { readonly steps: readonly Step[] }>> };
  const found = Array.isArray(block) ? [block as Step[]] : Object.values(jobs ?? {}).map(({ steps }) => steps);
  return found.flat().some((step) => 'run' in step) ? { system: 'GITHUB_ACTIONS', jobs: found } : undefined;
}

function asGitlab(block: unknown): Pipeline | undefined {
  const { default: common, ...jobs } = block as Readonly<Record<string, GitlabJob | undefined>>;
  const found = Object.values(jobs).flatMap((job) =>
    job?.script === undefined ? [] : [[...(common?.before_script ?? []), ...[job.script].flat()]],
  );
  return found.length === 0
    ? undefined
    : { system: 'GITLAB_CI', jobs: found.map((lines) => lines.map((line) => ({ run: line }))) };
}

// A runner brings a Node of its own: once is enough.
(process.env.KAPPLY_NODE === undefined ? describe : describe.skip)('the pipelines of the documentation', () => {
  let installation: Installation;
  let sandbox: Sandbox;
  let home: string;
  let said: string;

  before(async function () {
    this.timeout(240_000);
    installation = await install();
  });
  beforeEach(async () => {
    sandbox = await startSandbox();
    home = await mkdtemp(join(tmpdir(), 'kapply-ci-'));
    said = '';
    await writeShop(join(home, 'project/overlays/prod'), { password: PASSWORD });
    await mkdir(join(home, 'bin'));
    const link = 'ln -sfn "$INSTALLED"';
    await stub(
      'npm',
      `case "$2" in
        --prefix) mkdir -p "$3" && ${link} "$3/node_modules" ;;
        --global) ${link}/.bin/kapply "$HOME/bin/kapply" ;;
        *) exit 1 ;;
      esac`,
    );
    await stub('gh', '[ "$1 $2" = "pr comment" ] && test -s "${@: -1}"');
  });
  afterEach(async () => {
    await sandbox.close();
    await rm(home, { recursive: true });
  });

  const stub = async (name: string, body: string): Promise<void> => {
    await writeFile(join(home, 'bin', name), `#!/bin/bash\nset -e\n${body}\n`);
    await chmod(join(home, 'bin', name), 0o755);
  };
  const read = (name: string): Promise<string> => readFile(join(home, name), 'utf8').catch(() => '');

  /** What stands for an expression of GitHub. */
  async function valueOf(text: string, inputs: Readonly<Record<string, string>>): Promise<string> {
    const expression = /^\$\{\{ (.*) \}\}$/.exec(text)?.[1];
    if (expression === undefined) return text;
    if (expression.startsWith('inputs.')) return inputs[expression.slice('inputs.'.length)] ?? assert.fail(text);
    if (expression.startsWith('secrets.KUBECONFIG')) return readFile(sandbox.kubeconfig, 'utf8');
    const known: Readonly<Record<string, string>> = {
      'github.token': 'a token',
      'github.event.number': '7',
      'github.action_path': root,
    };
    return known[expression] ?? assert.fail(`nothing is known of ${text}`);
  }

  /** The environment of a step: what the steps of its job before it wrote for it, in front of what it says itself. */
  async function environmentOf(
    { env = {} }: Step,
    { system, jobs }: Pipeline,
    inputs: Readonly<Record<string, string>>,
  ) {
    const files = ['GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY'];
    const earlier = (await read('GITHUB_ENV')).split('\n').filter(Boolean);
    const folders = (await read('GITHUB_PATH')).split('\n').filter(Boolean);
    const isInstalled = !jobs.flat().some(({ uses = '', run: shell = '' }) => `${uses}${shell}`.match(INSTALLS));
    const own = await Promise.all(
      Object.entries(env).map(async ([name, text]) => [name, await valueOf(text, inputs)] as const),
    );
    return {
      ...{ HOME: home, RUNNER_TEMP: join(home, 'temp'), INSTALLED: join(installation.folder, 'node_modules') },
      ...{ CI: 'true', [system]: 'true', GITHUB_WORKSPACE: join(home, 'project') },
      ...Object.fromEntries(files.map((name) => [name, join(home, name)])),
      // Where no step writes a kubeconfig, the runner has one.
      ...(jobs.flat().some(({ run: shell }) => shell?.includes('KUBECONFIG='))
        ? {}
        : { KUBECONFIG: sandbox.kubeconfig }),
      ...Object.fromEntries(earlier.map((line) => line.split('=', 2) as [string, string])),
      ...Object.fromEntries(own),
      PATH: [
        join(home, 'bin'),
        ...folders.reverse(),
        ...(isInstalled ? [dirname(installation.command('kapply'))] : []),
        ...[dirname(process.execPath), '/usr/bin', '/bin'],
      ].join(delimiter),
    };
  }

  /** Runs steps as the runner does, each in a shell of its own. */
  async function runSteps(steps: readonly Step[], pipeline: Pipeline, inputs: Readonly<Record<string, string>> = {}) {
    for (const step of steps) {
      if (step.uses?.startsWith('kapply/kapply@') === true) {
        const action = parse(await readFile(join(root, 'action.yml'), 'utf8')) as Action;
        const defaults = Object.entries(action.inputs).map(([name, input]) => [name, input.default]);
        const given = { ...(Object.fromEntries(defaults) as Record<string, string>), ...step.with };
        const isWanted = (own: Step): boolean => own.if === undefined || given.command !== '';
        await runSteps(action.runs.steps.filter(isWanted), pipeline, given);
      } else if (step.run === undefined) assert.match(step.uses ?? '', PASSED_OVER);
      else {
        const env = await environmentOf(step, pipeline, inputs);
        const shell = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run];
        const ended = await run('bash', shell, { cwd: join(home, 'project'), env }).catch((error: unknown) => error);
        const { stdout, stderr, code = 0 } = ended as { stdout: string; stderr: string; code?: number };
        said += `${step.run}\n${stdout}${stderr}`;
        assert.equal(code, 0, said);
      }
    }
  }

  for (const page of PAGES) {
    it(`of ${page} do what they say`, async () => {
      const pipelines = await pipelinesOf(page);
      assert.notDeepEqual(pipelines, []);
      for (const pipeline of pipelines) {
        await mkdir(join(home, 'temp'), { recursive: true });
        for (const steps of pipeline.jobs) {
          for (const name of ['GITHUB_ENV', 'GITHUB_PATH', 'bin/kapply']) await rm(join(home, name), { force: true });
          await runSteps(steps, pipeline);
        }
        const status = ['status', '-k', 'overlays/prod', '--exit-code'];
        const options = { cwd: join(home, 'project'), env: { ...process.env, KUBECONFIG: sandbox.kubeconfig } };
        await run(installation.command('kapply'), status, options);
      }
      const kept = ['comment.txt', 'plan.json', 'events.ndjson', 'kapply.log'].map((name) => read(`project/${name}`));
      for (const text of [said, await read('GITHUB_STEP_SUMMARY'), ...(await Promise.all(kept))])
        assert.ok(!text.includes(PASSWORD), 'no secret is in what a pipeline keeps');
    });
  }

  it('name the version that this is', async () => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    const named = (await readFile(join(root, 'docs/ci.md'), 'utf8')).matchAll(/kapply@v?(\d\S*)/g);
    assert.deepEqual([...new Set([...named].map(([, one]) => one))], [version]);
  });
});

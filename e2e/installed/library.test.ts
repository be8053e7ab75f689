/** What programs that import the package get: types for every way of resolving them, and the examples of the README. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { transform } from 'esbuild';
import ts from 'typescript';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { install, type Installation } from './installation.js';
import { writeShop } from './shop.js';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const NODE = process.env.KAPPLY_NODE ?? process.execPath;
/** What a compiler says does not depend on the Node that the program runs on. */
const itOnce = process.env.KAPPLY_NODE === undefined ? it : it.skip;
const PAGES = ['README.md', ...(await readdir(join(root, 'docs'))).map((name) => `docs/${name}`)];

const PROGRAM = `
import { changesOf, connect, deploy, diff, prune, render, readManifests, EXIT, KapplyError } from 'kapply';
import type { Cluster, Event, Plan, Report } from 'kapply';
import { startSandbox, type Sandbox } from 'kapply/sandbox';

const sandbox: Sandbox = await startSandbox();
const cluster: Cluster = await connect({ kubeconfig: sandbox.kubeconfig, env: {} });
const { objects } = await render('overlay');
const plan: Plan = await diff(objects, { set: 'shop' }, { cluster });
const events: Event[] = [];
const report: Report = await deploy(objects, { set: 'shop' }, { cluster, emit: (event) => events.push(event) });
const code: number = report.summary.exitCode;
if (code !== EXIT.done || changesOf(plan).length !== 1) throw new Error(JSON.stringify(report));
// A KubeConfig of client-node is what has this method: whoever does not install it compiles all the same.
const unused = () => connect({ kubeConfig: { exportConfig: () => '{}' }, env: {} });
export { unused, prune, readManifests, KapplyError };
await cluster.close();
await sandbox.close();
console.log('deployed', events.length > 0);
`;

/** Programs that use kapply, by page: blocks of TypeScript. */
async function examples(): Promise<string[]> {
  const pages = PAGES.filter((name) => name.endsWith('.md')).map((name) => readFile(join(root, name), 'utf8'));
  return (await Promise.all(pages)).flatMap((text) =>
    [...text.matchAll(/```(?:ts|js|typescript|javascript)\n(.*?)```/gs)].map(([, block = '']) => block),
  );
}

describe(`programs that import the package, on Node ${process.env.KAPPLY_NODE === undefined ? process.version : NODE}`, () => {
  let installation: Installation;
  let program: string;
  let sandbox: Sandbox;

  before(async function () {
    this.timeout(240_000);
    installation = await install();
    sandbox = await startSandbox();
    program = join(installation.folder, 'program');
    await mkdir(join(program, 'overlay'), { recursive: true });
    const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { k: 'v' } };
    await writeFile(join(program, 'overlay/config.yaml'), JSON.stringify(config));
    await writeFile(join(program, 'overlay/kustomization.yaml'), 'resources: [config.yaml]\n');
    await writeShop(join(program, 'overlays/prod'), { password: 'one' });
    await writeFile(join(program, 'package.json'), '{"private": true, "type": "module"}\n');
  });
  after(() => sandbox.close());

  /** Runs a TypeScript program with its types taken off. */
  async function runs(name: string, source: string): Promise<string> {
    const { code } = await transform(source, { loader: 'ts' });
    await writeFile(join(program, `${name}.js`), code);
    const env = { PATH: process.env.PATH, HOME: program, KUBECONFIG: sandbox.kubeconfig };
    return (await run(NODE, [`${name}.js`], { cwd: program, env })).stdout;
  }

  itOnce('compile with all checks, and so do the examples of the documentation', async () => {
    const sources: Record<string, string> = {
      main: PROGRAM,
      ...Object.fromEntries((await examples()).map((text, at) => [`example${at}`, text])),
    };
    assert.ok('example0' in sources, 'there are examples');
    for (const [name, text] of Object.entries(sources)) await writeFile(join(program, `${name}.ts`), text);
    const compilerOptions = {
      ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, target: 'ES2023', noEmit: true },
      ...{ module: 'NodeNext', moduleResolution: 'NodeNext', lib: ['ES2023', 'ESNext.Disposable'] },
      ...{ types: ['node'], typeRoots: [join(root, 'node_modules/@types')] },
    };
    const files = Object.keys(sources).map((name) => `${name}.ts`);
    await writeFile(join(program, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const compiled = await run(process.execPath, [tsc, '-p', program]).catch((error: unknown) => error as object);
    assert.ok(!('code' in compiled), 'stdout' in compiled ? compiled.stdout : 'tsc failed');
  });

  itOnce('find the types however they are resolved', () => {
    const { Node16, NodeNext, Bundler } = ts.ModuleResolutionKind;
    const from = join(program, 'main.ts');
    for (const moduleResolution of [Node16, NodeNext, Bundler])
      for (const mode of [ts.ModuleKind.ESNext, ts.ModuleKind.CommonJS] as const)
        for (const name of ['kapply', 'kapply/sandbox']) {
          const module = moduleResolution === Bundler ? ts.ModuleKind.ESNext : ts.ModuleKind.NodeNext;
          const options = { moduleResolution, module };
          const found = ts.resolveModuleName(name, from, options, ts.sys, undefined, undefined, mode).resolvedModule;
          const what = `${name} by ${ts.ModuleResolutionKind[moduleResolution]} from ${ts.ModuleKind[mode]}`;
          assert.equal(found?.extension, ts.Extension.Dts, what);
          assert.ok(existsSync(found.resolvedFileName), what);
        }
  });

  it('run without client-node', async () => {
    assert.equal(await runs('main', PROGRAM), 'deployed true\n');
  });

  it('run as the documentation writes them', async () => {
    for (const [at, text] of (await examples()).entries()) assert.equal(await runs(`example${at}`, text), '');
    const command = [installation.command('kapply'), 'status', '-k', 'overlays/prod', '--set', 'shop', '--exit-code'];
    const env = { PATH: process.env.PATH, HOME: program, KUBECONFIG: sandbox.kubeconfig };
    const { stdout } = await run(NODE, command, { cwd: program, env });
    assert.match(stdout, /a-deployment-whose-name/);
  });

  it('may require it as well', async () => {
    const source = "const { render, EXIT } = require('kapply'); console.log(typeof render, EXIT.done);";
    await writeFile(join(program, 'required.cjs'), source);
    const { stdout } = await run(NODE, ['--no-warnings', 'required.cjs'], { cwd: program });
    assert.equal(stdout, 'function 0\n');
  });
});

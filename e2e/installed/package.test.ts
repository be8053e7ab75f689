/** What is in the package, and what it asks of others. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { access, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { install, type Installation } from './installation.js';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

/** A fifth of it is the sandbox, a tenth the schemas of Kubernetes' kinds; nothing but Node is needed beside it. */
const MOST_BYTES = 4_000_000;

/** Of these there is only a question whether they are there, where oclif runs from TypeScript sources: never in a bundle. */
const ASKED_FOR = new Set(['typescript', 'tsx', 'ts-node']);

/** What may be packed: nothing of the sources, the tests or this machine. */
const PACKED =
  /^(package\.json|README\.md|CHANGELOG\.md|LICENSE|oclif\.manifest\.json|bin\/(run|kubectl-kapply|kubectl_complete-kapply)\.js|bin\/package\.json|dist\/[\w-]+\.c?js|dist\/LICENCES\.txt|dist\/kapply\.1|dist\/sbom\.cdx\.json|dist\/types\/.+\.d\.ts|docs\/schemas\/\w+\.json)$/;

interface PackageJson {
  readonly bin: Readonly<Record<string, string>>;
  readonly man: unknown;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies?: object;
  readonly optionalDependencies?: object;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
}

interface Bill {
  readonly components: readonly {
    readonly name: string;
    readonly version: string;
    readonly licenses: readonly [{ readonly license: { readonly id: string } }];
  }[];
}

// The Node does not matter to what is in it.
(process.env.KAPPLY_NODE === undefined ? describe : describe.skip)('the package', () => {
  let installation: Installation;
  let folder: string;
  let pjson: PackageJson;
  let files: string[];

  before(async function () {
    this.timeout(240_000);
    installation = await install();
    folder = join(installation.folder, 'node_modules/kapply');
    pjson = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as PackageJson;
    const entries = await readdir(folder, { withFileTypes: true, recursive: true });
    files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  });

  it('brings no other package, and weighs less than 4 megabytes', () => {
    assert.deepEqual(installation.packages, ['kapply']);
    assert.ok(installation.bytes < MOST_BYTES, `${installation.bytes} bytes`);
  });

  it('holds what it needs to run and nothing else', () => {
    assert.deepEqual(
      files.filter((file) => !PACKED.test(file)),
      [],
    );
  });

  it('runs no script when it is installed, and needs no package that is not optional', () => {
    const atInstall = ['preinstall', 'install', 'postinstall', 'prepare'];
    assert.deepEqual(
      Object.keys(pjson.scripts).filter((name) => atInstall.includes(name)),
      [],
    );
    assert.deepEqual([pjson.dependencies ?? {}, pjson.optionalDependencies ?? {}], [{}, {}]);
    const required = Object.keys(pjson.peerDependencies).filter(
      (name) => pjson.peerDependenciesMeta[name]?.optional !== true,
    );
    assert.deepEqual(required, []);
  });

  it('names files that are there, types before code', async () => {
    for (const target of [...Object.values(pjson.exports), ...Object.values(pjson.bin)]) {
      if (typeof target === 'string') await access(join(folder, target.replace(/\/\*$/, '')));
      else {
        assert.equal(Object.keys(target)[0], 'types');
        await Promise.all([access(join(folder, target.types)), access(join(folder, target.default))]);
      }
    }
  });

  it('names its man page in a list: npm links none that is named alone', async () => {
    assert.deepEqual(pjson.man, ['./dist/kapply.1']);
    await access(join(folder, 'dist/kapply.1'));
  });

  it('is what bundlers, Node and TypeScript expect of a package', async () => {
    const { messages, pkg } = await publint({ pkgDir: folder, strict: true, pack: false });
    assert.deepEqual(
      messages.map((message) => formatMessage(message, pkg, { color: false })),
      [],
    );
  });

  it('imports and requires nothing but itself and what Node has', async () => {
    const entries = files.filter((file) => /^dist\/([^/]+\.js|main\.cjs|start\.cjs)$/.test(file));
    const chunks = entries.map((file) => join(folder, file));
    // esbuild reads the finished chunks once more, and says which of their imports it would leave to the run time.
    const { metafile } = await build({
      entryPoints: chunks,
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'node',
      outdir: 'out',
      packages: 'external',
      logLevel: 'silent',
    });
    const foreign = Object.values(metafile.outputs)
      .flatMap(({ imports }) => imports.filter(({ external }) => external === true).map(({ path }) => path))
      .filter((path) => !isBuiltin(path) && !ASKED_FOR.has(path));
    assert.deepEqual([...new Set(foreign)], []);
  });

  it('starts from what the image copies of it', async () => {
    // The file system of the image's last stage: what it copies of the package, and the link by which people call it.
    const lines =
      (await readFile(join(root, 'Dockerfile'), 'utf8'))
        .split(/^FROM /m)
        .at(-1)
        ?.split('\n') ?? [];
    const home = await mkdtemp(join(tmpdir(), 'kapply-image-'));
    try {
      const inImage = (path: string): string => join(home, 'app', path);
      for (const line of lines.filter((each) => each.startsWith('COPY'))) {
        const words = line.split(' ').slice(2);
        const to = words.pop() ?? '';
        for (const from of words) {
          const path = from.replace(/^\/src\//, '');
          // git has the modes that the image gets.
          const source = path.startsWith('bin/') ? join(root, path) : join(folder, path);
          await cp(source, inImage(to.endsWith('/') ? join(to, basename(path)) : to), { recursive: true });
        }
      }
      const [, target = '', link = ''] = /ln -s (\S+) (\S+)/.exec(lines.join('\n')) ?? [];
      await mkdir(join(home, dirname(link)), { recursive: true });
      await symlink(join(home, target), join(home, link));
      const env = { PATH: dirname(process.execPath), HOME: '/nonexistent' };
      await writeFile(join(home, 'kustomization.yaml'), 'configMapGenerator: [{ name: a, literals: [b=c] }]\n');
      const { stdout } = await run(join(home, link), ['render', '-k', home], { env });
      assert.match(stdout, /kind: ConfigMap/);
    } finally {
      await rm(home, { recursive: true });
    }
  });

  it('brings the licence text of every package in its bundle', async () => {
    const text = await readFile(join(folder, 'dist/LICENCES.txt'), 'utf8');
    const sections = text.split(/\n-{80}\n/).slice(1);
    const shown = sections.map((section) => section.trim().split('\n')[0] ?? '');
    // Those that the sources import are found there by name; the metafile brings what these import in turn.
    const own = ['@oclif/core', 'chalk', 'cli-truncate', 'diff', 'listr2', 'p-limit', 'socks', 'string-width', 'yaml'];
    for (const name of own) {
      assert.ok(
        shown.some((head) => head.startsWith(`${name} `)),
        `${name} is missing of: ${shown.join(', ')}`,
      );
    }
    assert.ok(shown.length > own.length, 'only the direct ones');
    for (const section of sections) assert.match(section, /permi|redistribut/i);
    const bill = JSON.parse(await readFile(join(folder, 'dist/sbom.cdx.json'), 'utf8')) as Bill;
    const listed = bill.components.map(
      ({ name, version, licenses: [held] }) => `${name} ${version} (${held.license.id})`,
    );
    assert.deepEqual(listed, shown);
  });
});

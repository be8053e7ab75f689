/** What a repository may not do to the machine that renders it: each row is a way that it would take. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isPrivateAddress } from '../../src/net/privateAddress.js';
import { makeBudget } from '../../src/render/budget.js';
import { parseRepoSpec } from '../../src/render/loading/repoSpec.js';
import type { Root } from '../../src/render/loading/root.js';
import { openChild } from '../../src/render/loading/openRoot.js';
import { makeRedirectGuard } from '../../src/render/loading/webFile.js';
import type { RenderOptions } from '../../src/render/options.js';
import { environmentFor } from '../../src/render/programs/environment.js';
import { renderText } from '../../src/render/render.js';
import { type Files, withFiles } from './oracle.js';

const SECRETS = {
  KAPPLY_TOKEN: 'x',
  AWS_SECRET: 'x',
  GIT_DIR: '/r/.git',
  GIT_INDEX_FILE: 'i',
  KUBECONFIG: '/k',
  NPM_TOKEN: 'x',
};
const HELM = `#!/bin/sh
case "$1" in
version) echo v3.14.0;;
template) echo 'apiVersion: v1'; echo 'kind: ConfigMap'; echo 'metadata: {name: env}'; echo 'data:'
  env | sed "s/=.*//; s/.*/  &: x/" | sort; echo "  PLUGINS: \\"$(ls $HELM_PLUGINS | wc -l)\\"";;
*) echo pulled >&2; exit 1;;
esac
`;
const chart = (more = ''): Files => ({
  'kustomization.yaml': `helmCharts:\n- {name: web, releaseName: r}\n${more}`,
  'charts/web/values.yaml': 'a: 1\n',
  'charts/web/templates/a.yaml': 'a: 1\n',
  helm: HELM,
});
const fn = (spec: string): Files => ({
  'kustomization.yaml': 'generators: [g.yaml]\n',
  'g.yaml': `apiVersion: example.com/v1\nkind: Mine\nmetadata:\n  name: m\n  annotations:\n    config.kubernetes.io/function: |\n      ${spec}\n`,
});
const container = (more: string): Files => fn(`container: {image: a, ${more}}`);

interface Refused {
  readonly what: string;
  readonly files: Files;
  readonly links?: Readonly<Record<string, string>>;
  readonly options?: RenderOptions;
  readonly code: string;
}

const refused: readonly Refused[] = [
  ...(
    [
      ['of a file to the process', 'charts/web/environ', '/proc/self/environ'],
      ['of a file to a neighbour', 'charts/web/templates/b.yaml', '../../../../secret'],
      ['of a folder', 'charts/web/crds', '/etc'],
      ['that dangles outside', 'charts/web/x', '/nowhere/at/all'],
      ['of the chart', 'charts/other', '/etc'],
    ] as const
  ).map(([what, from, to]) => ({
    what: `a chart with a symlink ${what}`,
    files:
      from === 'charts/other'
        ? { ...chart(), 'kustomization.yaml': 'helmCharts: [{name: other, valuesFile: helm}]\n' }
        : chart(),
    links: { [from]: to },
    code: 'FileOutsideRoot',
  })),
  ...['chartHome: ../charts', 'chartHome: /etc', 'configHome: ../conf', 'configHome: /etc'].map((global) => ({
    what: `helmGlobals with ${global}`,
    files: chart(`helmGlobals: {${global}}\n`),
    code: 'FileOutsideRoot',
  })),
  ...(
    [
      ['a git repository', { 'kustomization.yaml': 'resources: ["https://example.com/o/r.git//x"]\n' }],
      ['a git repository of this machine', { 'kustomization.yaml': 'resources: ["file:///none"]\n' }],
      ['a file of the web', { 'kustomization.yaml': 'resources: ["https://example.com/a.yaml"]\n' }],
      [
        'a generated file of the web',
        { 'kustomization.yaml': 'configMapGenerator: [{name: a, files: ["https://example.com/a"]}]\n' },
      ],
      ['a chart', { ...chart(), 'kustomization.yaml': 'helmCharts: [{name: none, repo: "https://example.com"}]\n' }],
      ['the network of a function', container('network: true')],
    ] as const
  ).map(([what, files]) => ({
    what: `${what}, without remote`,
    files,
    options: { remote: false, network: true },
    code: 'RemoteNotAllowed',
  })),
  ...(
    [
      ['a comma', 'mounts: [{type: bind, src: "a,readonly=false", dst: /a}]'],
      ['a quote', `mounts: [{type: bind, src: a, dst: '/a"'}]`],
      ['an equals sign', 'mounts: [{type: "bind,source=/", src: a, dst: /a}]'],
      ['a line break', 'mounts: [{type: bind, src: "a\\nb", dst: /a}]'],
      ['a way out', 'mounts: [{type: bind, src: ../a, dst: /a}]'],
      ['a symlink out', 'mounts: [{type: bind, src: link, dst: /a}]'],
    ] as const
  ).map(([what, mount]) => ({
    what: `a mount with ${what}`,
    files: container(mount),
    links: { link: '/etc' },
    code: 'InvalidPlugin',
  })),
  { what: 'a variable of ours for a container', files: container('envs: [KAPPLY_TOKEN]'), code: 'InvalidPlugin' },
  {
    what: 'a variable of ours for a program',
    files: fn('exec: {path: ./x, envs: [KAPPLY_TOKEN]}'),
    code: 'InvalidPlugin',
  },
  { what: 'an option of docker as an image', files: fn('container: {image: "--privileged"}'), code: 'InvalidPlugin' },
];

const trusting: RenderOptions = { enableHelm: true, enableAlphaPlugins: true, enableExec: true };

describe('what a repository may not do', () => {
  for (const { what, files, links = {}, options, code } of refused) {
    it(what, () =>
      inFolder(files, links, async (cwd) => {
        const helmCommand = join(cwd, 'helm');
        await assert.rejects(renderText('.', { cwd, environment: process.env, ...trusting, helmCommand, ...options }), {
          name: 'KapplyError',
          code,
        });
      }),
    );
  }

  it('charts with symlinks of their own are rendered, and those outside where files are not restricted', async () => {
    const links = { 'charts/web/templates/b.yaml': 'a.yaml', 'charts/web/c': '../../helm' };
    const build = (all: Readonly<Record<string, string>>, options: RenderOptions): Promise<unknown> =>
      inFolder(chart(), all, (cwd) =>
        renderText('.', {
          cwd,
          environment: process.env,
          enableHelm: true,
          helmCommand: join(cwd, 'helm'),
          ...options,
        }),
      );
    await build(links, {});
    await build({ ...links, 'charts/web/d': '/etc/hostname' }, { loadRestrictor: 'none' });
  });

  it('helm sees nothing of ours, and no plugin without its flag', async () => {
    const files = { ...chart('helmGlobals: {configHome: conf}\n'), 'conf/.data/plugins/p/plugin.yaml': 'name: p\n' };
    const run = (options: RenderOptions): Promise<string> =>
      inFolder(files, {}, async (cwd) => {
        const environment = { ...process.env, ...SECRETS, HELM_PLUGINS: join(cwd, 'conf/.data/plugins'), MINE: 'x' };
        const all = { cwd, environment, enableHelm: true, helmCommand: join(cwd, 'helm'), ...options };
        return (await renderText('.', all)).text;
      });
    const text = await run({ env: ['MINE', 'B=1'] });
    for (const name of ['KAPPLY_TOKEN', 'GIT_DIR', 'GIT_INDEX_FILE', 'KUBECONFIG', 'NPM_TOKEN']) {
      assert.doesNotMatch(text, new RegExp(`^  ${name}:`, 'm'));
    }
    assert.match(text, /^ {2}PATH: x$/m);
    assert.match(text, /^ {2}MINE: x$/m);
    assert.match(text, /^ {2}PLUGINS: "0"$/m);
    assert.doesNotMatch(await run({ enableHelmPlugins: true }), /HELM_PLUGINS|NO_PLUGINS/);
  });

  it('programs of the repository see no credentials, and git and helm those that they need', () => {
    const environment = {
      ...{ PATH: '/bin', HOME: '/h', https_proxy: 'p', NO_PROXY: 'n', SSL_CERT_FILE: 'c', LC_ALL: 'C' },
      ...{ SSH_AUTH_SOCK: 's', GIT_SSH_COMMAND: 'ssh', GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'k', GH_TOKEN: 't' },
      ...SECRETS,
      ...{
        GIT_WORK_TREE: '.',
        GIT_CONFIG_PARAMETERS: 'x',
        GIT_OBJECT_DIRECTORY: 'o',
        GIT_PREFIX: 'p',
        LD_PRELOAD: 'l',
      },
    };
    const common = ['HOME', 'LC_ALL', 'NO_PROXY', 'PATH', 'SSL_CERT_FILE', 'https_proxy'];
    assert.deepEqual(Object.keys(environmentFor('code', environment)).sort(), common);
    const credentials = [
      'AWS_SECRET',
      'GH_TOKEN',
      'GIT_CONFIG_COUNT',
      'GIT_CONFIG_KEY_0',
      'GIT_SSH_COMMAND',
      'SSH_AUTH_SOCK',
    ];
    assert.deepEqual(Object.keys(environmentFor('tool', environment)).sort(), [...common, ...credentials].sort());
    assert.equal(environmentFor('code', environment, ['NPM_TOKEN']).NPM_TOKEN, 'x');
  });

  it('a cloned base does not name a repository of this machine', async () => {
    const rootOf = (address: string): Root => {
      const spec = parseRepoSpec(address);
      assert.ok(spec);
      const clones = { folderOf: () => Promise.reject(new Error('cloned')) } as never;
      const run = {
        cwd: '/',
        clones,
        remote: true,
        send: () => Promise.reject(new Error('sent')),
        signal: undefined,
        budget: makeBudget(),
      };
      return { run, folder: '/tmp', parent: undefined, repository: { spec, folder: '/tmp' }, restricted: true };
    };
    for (const path of ['file:///home/me/private', 'git::file:///home/me/private', 'FILE:///home/me/private']) {
      await assert.rejects(openChild(rootOf('https://github.com/o/r'), path), { code: 'OutsideRepository' });
      await assert.rejects(openChild(rootOf('file:///mirror'), path), { message: 'cloned' });
    }
  });

  describe('a redirect', () => {
    const PRIVATE = ['127.0.0.1', '169.254.169.254', '::1', '::ffff:a00:1', '10.0.0.1'];
    for (const address of PRIVATE) {
      it(`from the web does not lead to ${address}`, () => {
        const fromTheWeb = makeRedirectGuard('http://example.com/a');
        fromTheWeb.onConnect('93.184.216.34', 0);
        assert.throws(() => fromTheWeb.onConnect(address, 1), { code: 'RedirectRefused' });
        const host = address.includes(':') ? `[${address}]` : address;
        assert.throws(() => fromTheWeb.onRedirect(new URL('http://example.com/a'), new URL(`http://${host}/`)), {
          code: 'RedirectRefused',
        });
      });
      it(`from a private address leads to ${address}`, () => {
        const fromInside = makeRedirectGuard('http://files.internal/a');
        fromInside.onConnect('192.168.0.1', 0);
        fromInside.onConnect(address, 1);
      });
    }
    it('to another address of the web is followed', () => {
      const guard = makeRedirectGuard('http://example.com/a');
      guard.onConnect('93.184.216.34', 0);
      guard.onRedirect(new URL('http://example.com/a'), new URL('https://www.example.com/a'));
      guard.onConnect('93.184.216.35', 1);
    });
    it('knows private addresses', () => {
      const all = ['::', '127.9.9.9', '172.31.0.1', '100.64.0.1', 'fd00::1', 'fe80::1', '64:ff9b::7f00:1', '0.0.0.0'];
      assert.deepEqual(
        all.filter((address) => !isPrivateAddress(address)),
        [],
      );
      assert.deepEqual(['8.8.8.8', '172.32.0.1', '2606:4700::1', '::ffff:808:808'].filter(isPrivateAddress), []);
    });
  });
});

function inFolder<T>(
  files: Files,
  links: Readonly<Record<string, string>>,
  use: (cwd: string) => Promise<T>,
): Promise<T> {
  const inner = Object.fromEntries(Object.entries(files).map(([path, text]) => [`k/${path}`, text]));
  return withFiles({ ...inner, secret: 'a: secret\n' }, async (folder) => {
    const cwd = join(folder, 'k');
    if ('helm' in files) chmodSync(join(cwd, 'helm'), 0o755);
    for (const [path, to] of Object.entries(links)) {
      mkdirSync(dirname(join(cwd, path)), { recursive: true });
      symlinkSync(to, join(cwd, path));
    }
    return use(cwd);
  });
}

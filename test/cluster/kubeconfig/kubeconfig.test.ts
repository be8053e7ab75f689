import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { parse } from 'yaml';
import { connect } from '../../../src/cluster/connect.js';
import { inClusterConfig } from '../../../src/cluster/kubeconfig/inCluster.js';
import { hiddenWords, mergeKubeconfigs } from '../../../src/cluster/kubeconfig/kubeconfig.js';
import { parseKubeconfig } from '../../../src/cluster/kubeconfig/parseKubeconfig.js';
import { loadKubeconfig } from '../../../src/cluster/kubeconfig/loadKubeconfig.js';
import {
  resolveTarget,
  type ConnectionTarget,
  type TargetOverrides,
} from '../../../src/cluster/kubeconfig/resolveTarget.js';
import { formatPosition, KapplyError } from '../../../src/errors.js';
import { inFolder } from '../testCluster.js';

interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, unknown>>;
  /** The files of KUBECONFIG. */
  readonly kubeconfigEnv?: readonly string[];
  readonly flags?: TargetOverrides & { readonly kubeconfig?: string };
  readonly connects?: {
    readonly server?: string;
    readonly context?: string | null;
    readonly namespace?: string;
    readonly cluster?: Readonly<Record<string, unknown>>;
    readonly user?: Readonly<Record<string, unknown>>;
  };
  readonly fails?: { readonly code: string; readonly words: readonly string[] };
  readonly neverShows?: string;
}

const fixture = readFileSync(new URL('../../fixtures/cluster/kubeconfigs.yaml', import.meta.url), 'utf8');

/** The fixture with FOLDER replaced: numbers too long for a double stay what they are in the file that is written. */
function casesIn(folder: string): Case[] {
  return parse(fixture.replaceAll('FOLDER', folder), { intAsBigInt: true, maxAliasCount: -1 }) as Case[];
}

/** JSON, with long integers as digits. */
function write(value: unknown): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? `#${item}#` : item)).replaceAll(
    /"#(\d+)#"/g,
    '$1',
  );
}

async function run(entry: Case, folder: string): Promise<ConnectionTarget | undefined> {
  for (const [name, content] of Object.entries(entry.files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), write(content));
  }
  const env = {
    HOME: folder,
    ...(entry.kubeconfigEnv === undefined
      ? {}
      : { KUBECONFIG: entry.kubeconfigEnv.map((name) => (name === '' ? '' : join(folder, name))).join(delimiter) }),
  };
  const flags = entry.flags ?? {};
  // What fails must fail before anything is connected to.
  if (entry.fails !== undefined) await (await connect({ ...flags, env })).close();
  return resolveTarget(await loadKubeconfig({ kubeconfig: flags.kubeconfig, env }), flags);
}

describe('kubeconfig', () => {
  for (const [index, { name }] of casesIn('').entries()) {
    it(name, () =>
      inFolder(async (folder) => {
        const entry = casesIn(folder)[index];
        assert.ok(entry);
        const { connects, fails, neverShows } = entry;
        if (fails !== undefined) {
          await assert.rejects(run(entry, folder), (error) => {
            assert.ok(error instanceof KapplyError, String(error));
            assert.equal(error.code, fails.code);
            assert.equal(error.exitCode, 2);
            const position = error.position === undefined ? '' : formatPosition(error.position);
            const text = [error.message, ...error.suggestions, position].join('\n');
            for (const word of fails.words) assert.ok(text.includes(word), text);
            if (neverShows !== undefined) assert.ok(!`${text}${String(error.stack)}`.includes(neverShows));
            return true;
          });
          return;
        }
        const target = await run(entry, folder);
        assert.ok(target && connects);
        if (connects.server !== undefined) assert.equal(target.server.href, new URL(connects.server).href);
        if (connects.context !== undefined) assert.equal(target.context ?? null, connects.context);
        if (connects.namespace !== undefined) assert.equal(target.namespace, connects.namespace);
        const same = (actual: object, expected: Readonly<Record<string, unknown>> = {}): void => {
          for (const [field, value] of Object.entries(expected)) {
            const found = (actual as Record<string, unknown>)[field];
            assert.equal(JSON.stringify(plain(found) ?? null), JSON.stringify(plain(value)), field);
          }
        };
        same(target.cluster, connects.cluster);
        same(target.user, connects.user);
      }),
    );
  }
});

/** bigint as text: here it does not matter which kind of number it is. */
function plain(value: unknown): unknown {
  const text = JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? Number(item) : item)) as
    string | undefined;
  return text === undefined ? undefined : JSON.parse(text);
}

describe('hiddenWords', () => {
  const file = (name: string, token: string, server: string): string =>
    JSON.stringify({
      apiVersion: 'v1',
      'current-context': name,
      contexts: [{ name, context: { cluster: 'kubernetes', user: 'kubernetes-admin' } }],
      clusters: [{ name: 'kubernetes', cluster: { server } }],
      users: [{ name: 'kubernetes-admin', user: { token } }],
    });
  const words = (files: readonly string[]): string[] => {
    const config = mergeKubeconfigs(files.map((text, index) => parseKubeconfig(text, `${index + 1}.yaml`)));
    return hiddenWords(resolveTarget(config, {})!);
  };

  for (const [encoding, bytes] of [
    ['UTF-8 with a mark', (text: string) => Buffer.from(`\ufeff${text}`)],
    ['UTF-16, as PowerShell writes it', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16 of the other order', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ] as const) {
    it(`is read in ${encoding}`, () =>
      inFolder(async (folder) => {
        const kubeconfig = join(folder, 'config');
        await writeFile(kubeconfig, bytes('clusters:\n- name: \u00e9\n  cluster: {server: "https://s"}\n'));
        const { clusters } = await loadKubeconfig({ kubeconfig, env: {} });
        assert.deepEqual(
          clusters.map(({ name, server }) => [name, server]),
          [['\u00e9', 'https://s']],
        );
      }));
  }

  it('names what another file has under the same name and another content', () => {
    const [one, two] = [file('a', 't1', 'https://one:1'), file('b', 't2', 'https://one:1')];
    assert.deepEqual(words([one, two, file('c', 't3', 'https://three:3')]), [
      'The user kubernetes-admin of 2.yaml and 3.yaml is hidden by that of 1.yaml.',
      'The cluster kubernetes of 3.yaml is hidden by that of 1.yaml.',
    ]);
  });

  it('says nothing of one file, nor of the same entry twice', () => {
    const one = file('a', 't1', 'https://one:1');
    assert.deepEqual(words([one]), []);
    assert.deepEqual(words([one, one]), []);
  });
});

describe('inClusterConfig', () => {
  const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };

  it('is the ServiceAccount of the pod', () =>
    inFolder(async (folder) => {
      await writeFile(join(folder, 'token'), 't');
      await writeFile(join(folder, 'ca.crt'), 'pem');
      await writeFile(join(folder, 'namespace'), 'shop\n');
      const config = await inClusterConfig(env, folder);
      assert.ok(config);
      const target = resolveTarget(config, {});
      assert.equal(target?.server.href, 'https://[fd00::1]/');
      assert.equal(target.namespace, 'shop');
      assert.equal(target.user.tokenFile, join(folder, 'token'));
      assert.equal(target.cluster.caFile, join(folder, 'ca.crt'));
    }));

  it('takes the namespace of its file where POD_NAMESPACE is empty, and none where neither says one', () =>
    inFolder(async (folder) => {
      await writeFile(join(folder, 'token'), 't');
      const namespaceOf = async (more: Record<string, string>): Promise<string | undefined> => {
        const config = await inClusterConfig({ ...env, ...more }, folder);
        return config && resolveTarget(config, {})?.namespace;
      };
      assert.equal(await namespaceOf({}), 'default');
      await writeFile(join(folder, 'namespace'), 'shop');
      assert.equal(await namespaceOf({ POD_NAMESPACE: '' }), 'shop');
      assert.equal(await namespaceOf({ POD_NAMESPACE: 'web' }), 'web');
    }));

  it('says which file of the ServiceAccount cannot be read', () =>
    inFolder(async (folder) => {
      // A folder: what a file without rights is to everybody but root.
      await mkdir(join(folder, 'token'));
      await assert.rejects(inClusterConfig(env, folder), (error) => {
        assert.ok(error instanceof KapplyError, String(error));
        assert.deepEqual([error.code, error.exitCode], ['UnreadableServiceAccount', 2]);
        assert.ok(error.message.includes(join(folder, 'token')));
        assert.match(error.suggestions.join(' '), /fsGroup/);
        return true;
      });
    }));

  it('is nothing outside of a cluster', () =>
    inFolder(async (folder) => {
      assert.equal(await inClusterConfig(env, folder), undefined);
      await writeFile(join(folder, 'token'), 't');
      assert.equal(await inClusterConfig({}, folder), undefined);
      assert.equal(await inClusterConfig({ KUBERNETES_SERVICE_HOST: '10.0.0.1' }, folder), undefined);
    }));
});

describe('a kubeconfig that cannot be read', () => {
  /** Each makes something at the path. */
  const THERE: Readonly<Record<string, (folder: string) => Promise<string>>> = {
    'is a folder': async (folder) => {
      await mkdir(join(folder, 'config'));
      return join(folder, 'config');
    },
    'is below a file': async (folder) => {
      await writeFile(join(folder, '.kube'), '');
      return join(folder, '.kube', 'config');
    },
    'is a link to itself': async (folder) => {
      await symlink(join(folder, 'config'), join(folder, 'config'));
      return join(folder, 'config');
    },
    'has a name that no file can have': (folder) => Promise.resolve(join(folder, 'x'.repeat(300))),
    'has a name with a null': (folder) => Promise.resolve(join(folder, 'a\0b')),
  };
  for (const [what, make] of Object.entries(THERE)) {
    it(`is an error that names it: it ${what}`, () =>
      inFolder(async (folder) => {
        const file = await make(folder);
        for (const how of [{ kubeconfig: file, env: {} }, { env: { KUBECONFIG: file } }]) {
          await assert.rejects(loadKubeconfig(how), (error) => {
            assert.ok(error instanceof KapplyError, String(error));
            assert.deepEqual([error.code, error.exitCode], ['UnreadableKubeconfig', 2]);
            assert.ok(error.message.includes(folder));
            return true;
          });
        }
      }));
  }

  it('is none where it is empty', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'config');
      for (const nothing of ['', '\n', '---\n', '# nothing yet\n', 'null\n', '{}\n']) {
        await writeFile(file, nothing);
        const config = await loadKubeconfig({ env: { KUBECONFIG: file } });
        assert.equal(resolveTarget(config, {}), undefined, JSON.stringify(nothing));
      }
    }));
});

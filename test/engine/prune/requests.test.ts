/** What a prune asks the server for: no data of a Secret, and requests that grow with kinds and pages alone. */
import assert from 'node:assert/strict';
import { connect } from '../../../src/cluster/connect.js';
import type { Cluster, ListOptions } from '../../../src/cluster/cluster.js';
import { PRUNE_DEFAULTS } from '../../../src/engine/run/defaults.js';
import { pruneCluster } from '../../../src/engine/run/pruneCluster.js';
import type { Report } from '../../../src/engine/run/report.js';
import { startSandbox, type Sandbox } from '../../../src/sandbox/index.js';
import { fakeCluster, forbidden, RESOURCES } from '../fakeCluster.js';
import { scanUses } from '../../../src/engine/uses/scanUses.js';

const HASH = '2456789bcdfghkmt';

/** Ten letters of the alphabet of kustomize's hashes. */
function hash(number: number): string {
  return number
    .toString(16)
    .padStart(10, '0')
    .replace(/./g, (digit) => HASH[parseInt(digit, 16)] ?? '');
}

function fill(sandbox: Sandbox, count: number, namespaces: number): void {
  for (let at = 0; at < namespaces; at++) {
    const namespace = `ns-${at}`;
    sandbox.store.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  }
  for (let at = 0; at < count; at++) {
    for (const kind of ['ConfigMap', 'Secret']) {
      sandbox.store.create(kind, {
        apiVersion: 'v1',
        kind,
        metadata: {
          name: `cfg-${hash(at)}`,
          namespace: `ns-${at % namespaces}`,
          labels: { app: 'shop' },
          managedFields: [{ manager: 'kapply', operation: 'Apply', time: '2020-01-01T00:00:00Z' }],
          creationTimestamp: '2020-01-01T00:00:00Z',
        },
        data: { password: Buffer.from('hidden').toString('base64') },
      });
    }
  }
}

interface Asked {
  readonly report: Report;
  readonly urls: readonly string[];
  /** Lists and gets of whole objects, by plural. */
  readonly whole: ReadonlySet<string>;
}

async function plan(count: number, namespaces: number): Promise<Asked> {
  const sandbox = await startSandbox({ controllers: false });
  const cluster = await connect({ env: {}, kubeconfig: sandbox.kubeconfig });
  try {
    fill(sandbox, count, namespaces);
    const whole = new Set<string>();
    const watched: Cluster = {
      ...cluster,
      get: (address, options) => {
        whole.add(address.resource.plural);
        return cluster.get(address, options);
      },
      list: (asked, options?: ListOptions) => {
        whole.add(asked.plural);
        return cluster.list(asked, options);
      },
      pages: (asked, options = {}) => {
        if (options.metadataOnly !== true) whole.add(asked.plural);
        return cluster.pages(asked, options);
      },
    };
    const report = await pruneCluster(
      {
        ...PRUNE_DEFAULTS,
        selector: 'app=shop',
        namespaces: 'all',
        includeNewest: true,
        olderThanMs: 0,
        dryRun: 'client',
      },
      {
        cluster: watched,
        emit: () => undefined,
        signal: new AbortController().signal,
        now: Date.now,
        confirm: () => Promise.resolve('impossible'),
        runner: { identity: 'test', hasEnded: () => false },
      },
    );
    return { report, urls: sandbox.faults.requests().map(({ url }) => url), whole };
  } finally {
    await cluster.close();
    await sandbox.close();
  }
}

describe('the requests of a prune', () => {
  it('do not grow with objects and namespaces, pages aside, and ask for no data of a Secret', async () => {
    const few = await plan(20, 4);
    const many = await plan(400, 40);
    assert.equal(few.report.summary.counts.deleted, 40);
    assert.equal(many.report.summary.counts.deleted, 800);
    assert.equal(few.report.summary.exitCode, 0, JSON.stringify(few.report.summary));
    assert.equal(many.urls.length, few.urls.length);
    for (const { whole, urls } of [few, many]) {
      assert.ok(whole.has('pods'));
      assert.ok(!whole.has('secrets'));
      assert.ok(urls.some((url) => url.startsWith('/api/v1/secrets?')));
      assert.ok(urls.every((url) => !url.includes('/namespaces/')));
    }
  });

  it('are one for each namespace where a list across all is not allowed, and what is allowed nowhere is said once', async () => {
    const namespaces = ['a', 'b', 'c', 'd'];
    const candidates = namespaces.map((namespace) => ({
      group: '',
      kind: 'ConfigMap',
      namespace,
      name: `cfg-${hash(1)}`,
    }));
    const cluster = fakeCluster({
      react: ({ resource: asked, namespace }) => {
        if (asked?.plural === 'gadgets') throw forbidden('gadgets');
        if (asked?.namespaced === true && (namespace === '' || namespace === 'd')) throw forbidden(asked.plural);
      },
    });
    const { gaps } = await scanUses(cluster, {
      candidates,
      plainNames: false,
      discovery: { resources: RESOURCES, failures: [] },
      signal: new AbortController().signal,
    });
    const words = gaps.map((gap) => gap.words);
    assert.ok(
      words.some((text) => text.startsWith('Pod in d could not be listed')),
      words.join('\n'),
    );
    const others = words.filter((text) => !/ in d could not/.test(text));
    assert.equal(others.length, 1, others.join('\n'));
    assert.match(others[0] ?? '', /^Gadget could not be listed/);
  });
});

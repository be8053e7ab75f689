/** Kubeconfigs as the tools of providers and distributions write them: each is read whole. Held against `kubectl config view` 1.37. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeAuthenticator } from '../../../src/cluster/auth/authenticatorFor.js';
import { readPem } from '../../../src/cluster/auth/certificateFiles.js';
import { loadKubeconfig } from '../../../src/cluster/kubeconfig/loadKubeconfig.js';
import { resolveTarget, type ConnectionTarget } from '../../../src/cluster/kubeconfig/resolveTarget.js';

const folder = fileURLToPath(new URL('../../fixtures/cluster/tools/', import.meta.url));

interface Expected {
  readonly server: string;
  readonly context: string;
  readonly namespace?: string;
  /** What the file says of the server besides. */
  readonly cluster?: Partial<ConnectionTarget['cluster']>;
  /** How the user proves who it is. */
  readonly user: object;
  readonly other?: string;
}

const exec = (command: string, more: object = {}): object => ({ exec: { command, ...more } });
const EKS = 'arn:aws:eks:eu-central-1:111122223333:cluster/shop';

const TOOLS: Readonly<Record<string, Expected>> = {
  eks: {
    server: 'https://0123456789abcdef0123456789abcdef.gr7.eu-central-1.eks.amazonaws.com/',
    context: EKS,
    user: exec('aws', { env: [{ name: 'AWS_PROFILE', value: 'shop' }], interactiveMode: 'IfAvailable' }),
  },
  eksctl: {
    server: 'https://0123456789abcdef.sk1.eu-west-1.eks.amazonaws.com/',
    context: 'jane@shop.eu-west-1.eksctl.io',
    user: exec('aws', { env: [{ name: 'AWS_STS_REGIONAL_ENDPOINTS', value: 'regional' }] }),
  },
  gke: {
    server: 'https://203.0.113.10/',
    context: 'gke_project_europe-west3_shop',
    user: exec('gke-gcloud-auth-plugin', { args: [], env: [], provideClusterInfo: true }),
  },
  'gke-connect-gateway': {
    server: 'https://connectgateway.googleapis.com/v1/projects/123/locations/global/gkeMemberships/shop',
    context: 'connectgateway_project_global_shop',
    user: exec('gke-gcloud-auth-plugin'),
  },
  'gke-before-1.26': { server: 'https://203.0.113.10/', context: 'gke', user: { authProvider: { name: 'gcp' } } },
  // The port of the scheme is not part of a URL.
  aks: {
    server: 'https://shop-dns-0a1b2c3d.hcp.westeurope.azmk8s.io/',
    context: 'shop',
    user: { token: 'abcdef0123456789' },
  },
  'aks-kubelogin': {
    server: 'https://shop-dns-0a1b2c3d.hcp.westeurope.azmk8s.io/',
    context: 'shop',
    namespace: 'web',
    user: exec('kubelogin', { env: [] }),
  },
  openshift: {
    server: 'https://api.crc.testing:6443/',
    context: 'default/api-crc-testing:6443/kube:admin',
    cluster: { skipTLSVerify: true },
    user: { token: 'sha256~abcdefghijklmnopqrstuvwxyz' },
    other: 'web/api-shop-example-com:6443/jane',
  },
  rancher: {
    server: 'https://rancher.example.com/k8s/clusters/c-m-abcd1234',
    context: 'shop',
    user: { token: 'kubeconfig-u-abcdefghij:klmnopqrstuvwxyz0123456789' },
    other: 'shop-node-1',
  },
  kind: { server: 'https://127.0.0.1:40123/', context: 'kind-kind', user: {} },
  minikube: {
    server: 'https://192.168.49.2:8443/',
    context: 'minikube',
    cluster: { caFile: join(folder, '../.minikube/ca.crt') },
    user: {
      certFile: join(folder, '../.minikube/profiles/minikube/client.crt'),
      keyFile: join(folder, '../.minikube/profiles/minikube/client.key'),
    },
  },
  k3s: { server: 'https://127.0.0.1:6443/', context: 'default', user: {} },
  microk8s: {
    server: 'https://192.168.1.10:16443/',
    context: 'microk8s',
    user: { token: 'YWJjZGVmZ2hpamtsbW5vcA==' },
  },
  'kubeadm-ipv6': {
    server: 'https://[2001:db8::10]:6443/',
    context: 'kubernetes-admin@kubernetes',
    cluster: { tlsServerName: 'kubernetes' },
    user: {},
  },
  teleport: {
    server: 'https://teleport.example.com/',
    context: 'teleport.example.com-shop',
    cluster: { tlsServerName: 'kube-teleport-proxy-alpn.teleport.example.com' },
    user: exec('/usr/local/bin/tsh', { env: [] }),
  },
  'gitlab-agent': {
    server: 'https://kas.gitlab.com/k8s-proxy',
    context: 'group/project:agent',
    namespace: 'shop-1-production',
    user: { token: 'ci:12345:glcbt-64_abcdef' },
  },
  'oidc-behind-socks': {
    server: 'https://10.0.0.5:6443/',
    context: 'private',
    cluster: { proxyUrl: 'socks5://localhost:1080' },
    user: { authProvider: { name: 'oidc' } },
  },
};

/** Every field that `part` has is in `whole`, alike. */
function holds(whole: object, part: object): void {
  const picked = Object.fromEntries(
    Object.entries(part).map(([key, value]): [string, unknown] => {
      const found = (whole as Record<string, unknown>)[key];
      const isNested = typeof value === 'object' && value !== null && !Array.isArray(value);
      if (!isNested) return [key, found];
      holds(found as object, value as object);
      return [key, value];
    }),
  );
  assert.deepEqual(picked, part);
}

const targetOf = async (tool: string, context?: string): Promise<ConnectionTarget> => {
  const config = await loadKubeconfig({ kubeconfig: join(folder, `${tool}.yaml`), env: {} });
  const target = resolveTarget(config, { context });
  assert.ok(target !== undefined);
  return target;
};

const authenticatorOf = async (target: ConnectionTarget) =>
  makeAuthenticator(target, {
    ...{
      env: {},
      interactive: false,
      now: Date.now,
      warn: (text: string) => assert.equal(text, undefined),
      ca: undefined,
    },
    signal: new AbortController().signal,
  });

describe('the kubeconfigs of tools', () => {
  it('are all in the table', () => {
    assert.deepEqual(
      readdirSync(folder).sort(),
      Object.keys(TOOLS)
        .map((tool) => `${tool}.yaml`)
        .sort(),
    );
  });

  for (const [tool, { server, context, namespace = 'default', cluster = {}, user, other }] of Object.entries(TOOLS)) {
    it(`are read: ${tool}`, async () => {
      const target = await targetOf(tool);
      assert.deepEqual([target.server.href, target.context, target.namespace], [server, context, namespace]);
      holds(target.cluster, cluster);
      holds(target.user, user);
      for (const { cluster: entry } of other === undefined ? [target] : [target, await targetOf(tool, other)]) {
        if (entry.caData !== undefined)
          assert.match(
            (await readPem(undefined, entry.caData, 'it')) ?? '',
            /^-----BEGIN CERTIFICATE-----\nMIIB\n-----END/,
          );
      }
      const { token, certFile, exec: plugin, authProvider } = target.user;
      if (token !== undefined) {
        const { authorization } = await (await authenticatorOf(target)).current();
        assert.equal(authorization, `Bearer ${token}`);
      } else if (certFile === undefined && plugin === undefined && authProvider === undefined) {
        assert.match((await (await authenticatorOf(target)).current()).cert ?? '', /BEGIN CERTIFICATE/);
      }
    });
  }

  it('say what to do where kubectl no longer takes them either', async () => {
    await assert.rejects(
      targetOf('gke-before-1.26').then(authenticatorOf),
      /auth-provider gcp, which kubectl no longer has/,
    );
  });
});

import assert from 'node:assert/strict';
import { TOOL_MARKS, trackerOf } from '../../../src/engine/sets/toolMarks.js';
import type { KubeObject, ObjectMeta } from '../../../src/objects/object.js';

const deployment = (metadata: Partial<ObjectMeta>): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', ...metadata },
});
const by = (manager: string): Partial<ObjectMeta> => ({ managedFields: [{ manager, operation: 'Update' }] });
const label = (key: string, value: string): Partial<ObjectMeta> => ({ labels: { [key]: value } });
const annotation = (key: string, value: string): Partial<ObjectMeta> => ({ annotations: { [key]: value } });

/** The mark as the tool writes it, and the tool; '' where it is nobody's. */
const CASES: readonly (readonly [string, Partial<ObjectMeta>, string])[] = [
  ['Flux, Kustomization', label('kustomize.toolkit.fluxcd.io/name', 'apps'), 'Flux'],
  ['Flux, HelmRelease', label('helm.toolkit.fluxcd.io/name', 'web'), 'Flux'],
  ['Argo CD', annotation('argocd.argoproj.io/tracking-id', 'shop:apps/Deployment:shop/web'), 'Argo CD'],
  ['a copy of Argo CD’s', annotation('argocd.argoproj.io/tracking-id', 'shop:apps/Deployment:shop/other'), ''],
  ['Argo CD with a label of its own', label('argocd.argoproj.io/instance', 'shop'), 'Argo CD'],
  [
    'Argo CD with its default label',
    { ...label('app.kubernetes.io/instance', 'shop'), ...by('argocd-controller') },
    'Argo CD',
  ],
  ['the label of a Helm chart', { ...label('app.kubernetes.io/instance', 'shop'), ...by('kubectl') }, ''],
  ['kapp', label('kapp.k14s.io/app', '1718'), 'kapp'],
  ['kapp’s identity', annotation('kapp.k14s.io/identity', 'v1;shop/apps/Deployment/web;apps/v1'), 'kapp'],
  ['a copy of kapp’s', annotation('kapp.k14s.io/identity', 'v1;shop/apps/Deployment/other;apps/v1'), ''],
  ['an ApplySet', label('applyset.kubernetes.io/part-of', 'applyset-x-v1'), 'an ApplySet'],
  ['cli-utils', annotation('config.k8s.io/owning-inventory', 'inventory-1'), 'cli-utils'],
  ['Config Sync', annotation('configmanagement.gke.io/managed', 'enabled'), 'Config Sync'],
  ['Config Sync, no more', annotation('configmanagement.gke.io/managed', 'disabled'), ''],
  ['Config Sync’s id', annotation('configsync.gke.io/resource-id', 'apps_deployment_shop_web'), 'Config Sync'],
  ['a copy of Config Sync’s', annotation('configsync.gke.io/resource-id', 'apps_deployment_shop_other'), ''],
  ['Helm', annotation('meta.helm.sh/release-name', 'web'), 'Helm'],
  ['Rancher', annotation('objectset.rio.cattle.io/id', 'default-shop'), 'Rancher or Fleet'],
  ['Rancher’s hash', label('objectset.rio.cattle.io/hash', '3e1f'), 'Rancher or Fleet'],
  ['Fleet', label('fleet.cattle.io/bundle-name', 'shop'), 'Fleet'],
  ['OLM', label('olm.owner', 'operator.v1'), 'OLM'],
  ['OLM, managed', label('olm.managed', 'true'), 'OLM'],
  ['OLM 1', label('olm.operatorframework.io/owner-name', 'operator'), 'OLM'],
  ['Spinnaker', annotation('moniker.spinnaker.io/application', 'shop'), 'Spinnaker'],
  ['Spinnaker’s artifact', annotation('artifact.spinnaker.io/name', 'web'), 'Spinnaker'],
  ['Krane', annotation('kubernetes-deploy.shopify.io/ejson-secret', 'true'), 'Krane'],
  ['Krane 1', annotation('krane.shopify.io/ejson-secret', 'true'), 'Krane'],
  ['Kluctl', label('kluctl.io/discriminator', 'prod'), 'Kluctl'],
  ['Crossplane', label('crossplane.io/composite', 'shop-x'), 'Crossplane'],
  ['Crossplane’s resource', annotation('crossplane.io/composition-resource-name', 'web'), 'Crossplane'],
  ['Pulumi', annotation('pulumi.com/autonamed', 'true'), 'Pulumi'],
  ['werf', annotation('werf.io/version', 'v2'), 'werf'],
  ['werf’s project', annotation('project.werf.io/name', 'shop'), 'werf'],
  ['Skaffold', label('skaffold.dev/run-id', 'a592'), 'Skaffold'],
  ['Tanka', label('tanka.dev/environment', 'prod'), 'Tanka'],
  ['KubeVela', label('app.oam.dev/name', 'shop'), 'KubeVela'],
  ['managed-by Helm alone', label('app.kubernetes.io/managed-by', 'Helm'), 'Helm'],
  ['managed-by Spinnaker alone', label('app.kubernetes.io/managed-by', 'spinnaker'), 'Spinnaker'],
  ['managed-by Skaffold alone', label('app.kubernetes.io/managed-by', 'skaffold'), 'Skaffold'],
  ['managed-by Pulumi alone', label('app.kubernetes.io/managed-by', 'pulumi'), 'Pulumi'],
  ['managed-by Terraform alone', label('app.kubernetes.io/managed-by', 'Terraform'), 'Terraform'],
  ['managed-by a team', label('app.kubernetes.io/managed-by', 'team-a'), ''],
  ['nothing', {}, ''],
];

describe('trackerOf', () => {
  for (const [name, metadata, tool] of CASES) {
    it(name, () => {
      const found = trackerOf(deployment(metadata), false) ?? '';
      assert.equal(found.replace(/ \(.*$/, ''), tool);
    });
  }

  it('counts no hint of a manifest on what kapply applied', () => {
    assert.equal(trackerOf(deployment(label('app.kubernetes.io/managed-by', 'Helm')), true), undefined);
    assert.notEqual(trackerOf(deployment(annotation('meta.helm.sh/release-name', 'web')), true), undefined);
  });

  it('has a case for every mark', () => {
    const tried = new Set(CASES.flatMap(([, { labels, annotations }]) => Object.keys({ ...labels, ...annotations })));
    for (const { label: key, annotation: other } of TOOL_MARKS) assert.ok(tried.has(key ?? other ?? ''), key ?? other);
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { valueAt } from './contractCase.js';
import type { ContractContext } from './contractSuite.js';

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/**
 * What a server makes of objects as people write them. fixtures/objects.yaml is what is sent, fixtures/defaults.yaml what a
 * 1.37 server answered, in the same order; `npx tsx scripts/recordDefaults.ts URL TOKEN` writes it anew.
 */
export function defaultsSuite(context: ContractContext): void {
  describe('defaults', () => {
    const read = (file: string): unknown[] =>
      parseAllDocuments(readFileSync(join(import.meta.dirname, 'fixtures', file), 'utf8')).map(
        (document) => document.toJS() as unknown,
      );
    const objects = read('objects.yaml') as Manifest[];
    const stored = read('defaults.yaml');
    for (const [i, object] of objects.entries()) {
      it(`${object.kind}/${object.metadata.name}`, async () => {
        assert.deepEqual(await storedForm(context, object), stored[i]);
      });
    }
  });
}

/** The object as a server would store it (a dry run), without what differs from run to run. */
export async function storedForm(context: ContractContext, object: Manifest): Promise<unknown> {
  const namespace = await context.namespace();
  const client = context.client();
  const base = `/${object.apiVersion.includes('/') ? 'apis' : 'api'}/${object.apiVersion}`;
  const { body } = await client.send({ method: 'GET', path: base });
  const resources = valueAt(body, 'resources') as readonly { name: string; kind: string; namespaced: boolean }[];
  const resource = resources.find(({ kind, name }) => kind === object.kind && !name.includes('/'));
  const collection = `${base}${resource?.namespaced === true ? `/namespaces/${namespace}` : ''}/${resource?.name ?? ''}`;
  const answer = await client.send({
    method: 'POST',
    path: `${collection}?dryRun=All&fieldManager=test`,
    body: object,
  });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return withoutChance(answer.body, namespace);
}

function withoutChance(body: unknown, namespace: string): unknown {
  const uid = String(valueAt(body, 'metadata.uid'));
  const text = JSON.stringify(body, (field, value: unknown) => {
    if (['creationTimestamp', 'time', 'lastPhaseTransitionTime'].includes(field)) return 'TIME';
    if (field === 'nodePort' && typeof value === 'number') return 'PORT';
    if (field === 'clusterIP' && value !== 'None') return 'ADDRESS';
    if (field === 'clusterIPs' && Array.isArray(value) && value[0] !== 'None') return ['ADDRESS'];
    return value;
  });
  return JSON.parse(
    text
      .replaceAll(uid, 'UID')
      .replaceAll(namespace, 'NAMESPACE')
      .replace(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-LETTERS'),
  );
}

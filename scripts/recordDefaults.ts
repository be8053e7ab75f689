/** Writes test/contract/fixtures/defaults.yaml from what a real server answers: `npx tsx scripts/recordDefaults.ts URL TOKEN`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { contractClient } from '../test/contract/client.js';
import { storedForm } from '../test/contract/defaultsSuite.js';

const [url = '', token = ''] = process.argv.slice(2);
const client = contractClient({ url, token });
const fixtures = join(import.meta.dirname, '../test/contract/fixtures');
const namespace = `contract-${Date.now().toString(36)}`;
await client.send({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: namespace } } });
const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
await client.send({ method: 'POST', path: accounts, body: { metadata: { name: 'default' } } });

const stored: string[] = [];
for (const document of parseAllDocuments(readFileSync(join(fixtures, 'objects.yaml'), 'utf8'))) {
  const context = { client: () => client, namespace: () => Promise.resolve(namespace) };
  const object = await storedForm(context, document.toJS() as never);
  stored.push(stringify(object, { aliasDuplicateObjects: false, sortMapEntries: true, lineWidth: 0 }));
}
writeFileSync(
  join(fixtures, 'defaults.yaml'),
  `# What a v1.37.2 API server stores of objects.yaml.\n${stored.join('---\n')}`,
);
client.close();

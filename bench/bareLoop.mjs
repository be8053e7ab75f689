/**
 * What the requests alone cost: server-side applies of a file of manifests over one HTTP/2 session, 64 in flight, nothing else.
 *   node bench/bareLoop.mjs FILE [dry]
 * The connection is the one of KUBECONFIG, written as JSON, with a token.
 */
/* global process */
import { readFileSync } from 'node:fs';
import { connect } from 'node:http2';

const STREAMS = 64;
const [, , file = '', mode = ''] = process.argv;
const { clusters, users } = JSON.parse(readFileSync(process.env.KUBECONFIG ?? '', 'utf8'));
const { server, 'certificate-authority': authority } = clusters[0].cluster;
const objects = readFileSync(file, 'utf8')
  .split('\n---\n')
  .map((text) => JSON.parse(text));
const session = connect(server, { ca: readFileSync(authority) });

function pathOf({ apiVersion, kind, metadata: { namespace, name } }) {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const dryRun = mode === 'dry' ? '&dryRun=All' : '';
  return `${root}/namespaces/${namespace}/${kind.toLowerCase()}s/${name}?fieldManager=bare&force=true${dryRun}`;
}

function send(object) {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'PATCH',
      ':path': pathOf(object),
      authorization: `Bearer ${users[0].user.token}`,
      'content-type': 'application/apply-patch+yaml',
    });
    let status = 0;
    stream.on('response', (headers) => (status = headers[':status']));
    stream.on('error', reject);
    stream.on('end', () => (status < 300 ? resolve() : reject(new Error(`${object.metadata.name}: ${status}`))));
    stream.resume();
    stream.end(JSON.stringify(object));
  });
}

// By steps, as any tool has to.
const isWorkload = ({ apiVersion }) => apiVersion.startsWith('apps/');
for (const step of [objects.filter((object) => !isWorkload(object)), objects.filter(isWorkload)]) {
  let next = 0;
  const worker = async () => {
    while (next < step.length) await send(step[next++]);
  };
  await Promise.all(Array.from({ length: STREAMS }, worker));
}
session.close();

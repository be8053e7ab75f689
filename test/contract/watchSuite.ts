import assert from 'node:assert/strict';
import { valueAt } from './contractCase.js';
import type { ContractContext } from './contractSuite.js';

interface WatchEvent {
  readonly type: string;
  readonly object: {
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly resourceVersion: string };
  };
}

const shown = (events: readonly unknown[]): string[] =>
  (events as readonly WatchEvent[]).map(({ type, object }) => `${type} ${object.metadata.name}`);

/** Watches are streams: they need more than a request and an answer. */
export function watchSuite(context: ContractContext): void {
  describe('watch', () => {
    const start = async () => {
      const namespace = await context.namespace();
      const client = context.client();
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      const create = (name: string, labels: Record<string, string> = {}) =>
        client.send({ method: 'POST', path, body: { metadata: { name, labels } } });
      const merge = (name: string, body: unknown) =>
        client.send({
          method: 'PATCH',
          path: `${path}/${name}`,
          body,
          headers: { 'content-type': 'application/merge-patch+json' },
        });
      const remove = (name: string) => client.send({ method: 'DELETE', path: `${path}/${name}` });
      const { body } = await client.send({ method: 'GET', path });
      // A controller may put a ConfigMap into every namespace.
      const selector = 'labelSelector=!kubernetes.io/description&fieldSelector=metadata.name!=kube-root-ca.crt';
      const from = String(valueAt(body, 'metadata.resourceVersion'));
      const watch = (query: string, count: number) =>
        client.watch(`${path}?watch=true&${selector}&${query}`, (events) => events.length >= count);
      return { client, path, create, merge, remove, watch, from };
    };

    it('hands out changes from a resourceVersion on, those of before it began included', async () => {
      const { create, merge, remove, watch, from } = await start();
      await create('a');
      const watching = watch(`resourceVersion=${from}`, 3);
      await merge('a', { data: { k: 'v' } });
      await remove('a');
      assert.deepEqual(shown(await watching), ['ADDED a', 'MODIFIED a', 'DELETED a']);
    });

    it('says what a deleted object was at last, at the version of its deletion', async () => {
      const { create, remove, watch, from } = await start();
      const created = await create('a');
      await remove('a');
      const [, deleted] = (await watch(`resourceVersion=${from}`, 2)) as readonly WatchEvent[];
      assert.equal(deleted?.type, 'DELETED');
      assert.ok(
        Number(deleted.object.metadata.resourceVersion) > Number(valueAt(created.body, 'metadata.resourceVersion')),
      );
    });

    it('without a resourceVersion begins with what is there', async () => {
      const { create, watch } = await start();
      await create('a');
      await create('b');
      assert.deepEqual(shown(await watch('', 2)).sort(), ['ADDED a', 'ADDED b']);
    });

    it('sends initial events and a bookmark that ends them where asked', async () => {
      const { create, watch } = await start();
      await create('a');
      const query = 'sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan';
      const events = await watch(query, 2);
      assert.deepEqual(
        (events as readonly WatchEvent[]).map(({ type }) => type),
        ['ADDED', 'BOOKMARK'],
      );
      assert.equal(valueAt(events[1], 'object.kind'), 'ConfigMap');
      const annotations = valueAt(events[1], 'object.metadata.annotations') as Record<string, string>;
      assert.equal(annotations['k8s.io/initial-events-end'], 'true');
    });

    it('tells of objects that come into the selection and leave it', async () => {
      const { client, path, create, merge, from } = await start();
      const watching = client.watch(
        `${path}?watch=true&labelSelector=app%3Dweb&resourceVersion=${from}`,
        (events) => events.length >= 3,
      );
      await create('a', { app: 'web' });
      await create('other', { app: 'db' });
      await merge('a', { metadata: { labels: { app: 'db' } } });
      await merge('other', { metadata: { labels: { app: 'web' } } });
      assert.deepEqual(shown(await watching), ['ADDED a', 'DELETED a', 'ADDED other']);
    });

    it('watches one object by its name', async () => {
      const { client, path, create, from } = await start();
      const watching = client.watch(
        `${path}?watch=true&fieldSelector=metadata.name%3Db&resourceVersion=${from}`,
        (events) => events.length >= 1,
      );
      await create('a');
      await create('b');
      assert.deepEqual(shown(await watching), ['ADDED b']);
    });

    it('shows metadata alone where asked', async () => {
      const { client, path, create, from } = await start();
      await create('a');
      const answer = await client.send({
        method: 'GET',
        path: `${path}?watch=true&resourceVersion=${from}&timeoutSeconds=1`,
        headers: { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' },
      });
      const lines = typeof answer.body === 'string' ? answer.body.trim().split('\n') : [JSON.stringify(answer.body)];
      const kinds = lines.map((line) => (JSON.parse(line) as WatchEvent).object.kind);
      assert.ok(kinds.length > 0);
      assert.deepEqual([...new Set(kinds)], ['PartialObjectMetadata']);
    });

    it('ends when its time is over', async () => {
      const { watch, from } = await start();
      assert.deepEqual(await watch(`resourceVersion=${from}&timeoutSeconds=1`, 1), []);
    });
  });
}

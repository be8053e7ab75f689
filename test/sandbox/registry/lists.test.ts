import assert from 'node:assert/strict';
import { listObjects, type ListRequest } from '../../../src/sandbox/registry/lists.js';
import { type Simulated, simulate } from '../controllers/simulated.js';

describe('a list of a resourceVersion', () => {
  let cluster: Simulated;
  beforeEach(async () => {
    cluster = await simulate();
  });

  it('is as it was then where that is asked for, and as it is now where it may be newer', () => {
    const { client, world } = cluster;
    const create = (name: string) => client.create('Secret', { metadata: { name, namespace: 'default' } });
    const { resourceVersion = '' } = create('a').metadata;
    create('b');
    const secrets = world.catalog.find('', 'v1', 'secrets')!;
    const names = (request: ListRequest): string[] =>
      listObjects(world, secrets, { namespace: 'default', resourceVersion, ...request }).items.map(
        ({ metadata }) => metadata.name,
      );
    assert.deepEqual(names({ resourceVersionMatch: 'Exact' }), ['a']);
    assert.deepEqual(names({ resourceVersionMatch: 'NotOlderThan' }), ['a', 'b']);
    assert.deepEqual(names({}), ['a', 'b']);
    // Whoever reads in pages and says nothing gets one moment.
    assert.deepEqual(names({ limit: 10 }), ['a']);
  });
});

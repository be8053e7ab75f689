import assert from 'node:assert/strict';
import { keyOf, type KubeObject } from '../../../src/objects/object.js';
import { comparedChange } from '../../../src/ui/plan/planBlocks.js';
import { change } from '../recordedRuns.js';

describe('comparedChange', () => {
  const after: KubeObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'cfg-new', annotations: { 'kapply.dev/id': 'ConfigMap/cfg-new', note: 'a' } },
    data: { color: 'green' },
  };
  const create = change('ConfigMap/cfg-new', 'create', { after });
  const compare = (annotations?: Readonly<Record<string, string>>): KubeObject | undefined => {
    const before = { ...after, metadata: { name: 'cfg-old', annotations }, data: { color: 'blue' } } as KubeObject;
    return comparedChange(create, { replaced: new Map([[keyOf(create.member.id), before]]) }).live;
  };

  it('compares a revision with the earlier one under the new name and id', () => {
    const live = compare({ 'kapply.dev/id': 'ConfigMap/cfg-old', note: 'b' });
    assert.deepEqual(live?.metadata, {
      name: 'cfg-new',
      annotations: { 'kapply.dev/id': 'ConfigMap/cfg-new', note: 'b' },
    });
    assert.deepEqual(live.data, { color: 'blue' });
  });

  it('leaves out when the earlier one was last used: it is no line of anybody’s manifest', () => {
    assert.deepEqual(compare({ 'kapply.dev/used-at': '2026-01-01T00:00:00Z' })?.metadata, { name: 'cfg-new' });
    assert.deepEqual(compare()?.metadata, { name: 'cfg-new' });
  });
});

import assert from 'node:assert/strict';
import type { Outgoing, WorkloadState } from '../../../src/engine/status/describeMembers.js';
import { makeStyle } from '../../../src/ui/style.js';
import { statusChangesText, statusText } from '../../../src/ui/status/statusText.js';
import { deletion, id } from '../recordedRuns.js';

const options = { style: makeStyle(false), width: undefined, at: Date.UTC(2026, 10, 28, 17, 4, 9) };
const object = (name: string, status: WorkloadState['status'], message: string): WorkloadState => ({
  id: id(name),
  status,
  message,
  problems: [],
  configs: [],
  stalePods: [],
  drift: [],
});
const outgoing = (inUseNow: string | null): Outgoing => ({
  ...deletion('ConfigMap/cfg-4fk2m9tt22', 'stale'),
  inUseNow,
});

describe('statusText', () => {
  it('names namespaces where there is more than one: what belongs to the cluster is of none', () => {
    const web = object('Deployment/web', 'Current', 'ready');
    const shop = { ...object('Namespace/shop', 'Current', 'Active'), id: id('Namespace/shop', '') };
    const other = { ...web, id: id('Deployment/db', 'other') };
    assert.match(statusText({ objects: [shop, web], stale: [] }, options), /Current {5}Deployment\/web /);
    assert.match(
      statusText({ objects: [shop, web, other], stale: [] }, options),
      /shop\/Deployment\/web .*\n.*other\//,
    );
  });
});

describe('statusChangesText', () => {
  it('says what is other than it was, and what is gone, with the time', () => {
    const before = {
      objects: [
        object('Deployment/web', 'InProgress', '1 of 2 pods ready'),
        object('Service/web', 'Current', 'exists'),
      ],
      stale: [outgoing('Pod/web-1 of Deployment/web')],
    };
    const now = {
      objects: [object('Deployment/web', 'Current', '2 of 2 pods ready'), object('Service/web', 'Current', 'exists')],
      stale: [],
    };
    assert.equal(
      statusChangesText(before, now, options),
      `17:04:09Z ✔ Current     Deployment/web  2 of 2 pods ready
17:04:09Z - gone        ConfigMap/cfg-4fk2m9tt22
`,
    );
    const unused = { ...before, stale: [outgoing(null)] };
    assert.match(
      statusChangesText(before, unused, options),
      /^17:04:09Z - outgoing {4}ConfigMap\/cfg-4fk2m9tt22 {2}a deploy deletes it after the rollout: stale\n$/,
    );
    assert.equal(statusChangesText(now, now, options), '');
  });
});

import assert from 'node:assert/strict';
import { documentNames } from '../../../src/cli/documents/documentNames.js';

const web = { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' };
const config = { group: '', kind: 'ConfigMap', namespace: 'shop', name: 'cfg-9h2kf8d2tm' };

const cases: readonly (readonly [what: string, document: object, lines: readonly string[]])[] = [
  [
    'of a deploy what was applied',
    {
      changes: [
        { ...config, action: 'created' },
        { ...web, action: 'unchanged' },
        { ...web, name: 'refused', action: 'failed' },
        { ...web, name: 'later', action: 'skipped' },
      ],
      prune: [{ ...config, name: 'cfg-old', outcome: 'deleted' }],
    },
    ['configmap/cfg-9h2kf8d2tm', 'deployment.apps/web'],
  ],
  [
    'of a deploy of which nothing was applied, nothing, whatever was pruned',
    { changes: [{ ...web, action: 'failed' }], prune: [{ ...config, outcome: 'deleted' }] },
    [],
  ],
  [
    'of a prune what was deleted',
    {
      changes: [],
      prune: [
        { ...config, outcome: 'deleted' },
        { ...web, outcome: 'kept' },
      ],
    },
    ['configmap/cfg-9h2kf8d2tm'],
  ],
  [
    'of a status the set',
    { objects: [{ id: web }, { id: config }] },
    ['deployment.apps/web', 'configmap/cfg-9h2kf8d2tm'],
  ],
  [
    'of uses each user once',
    {
      objects: [
        { ...config, users: [{ root: web }, { root: web }] },
        { ...config, users: [] },
      ],
    },
    ['deployment.apps/web'],
  ],
  [
    'of a history the revisions',
    { families: [{ kind: 'Secret', name: 'db', revisions: [{ name: 'db-a' }, { name: 'db-b' }] }] },
    ['secret/db-a', 'secret/db-b'],
  ],
  ['of what is unused the configs', { families: [{ kind: 'Secret', objects: [{ name: 'db-a' }] }] }, ['secret/db-a']],
  [
    'of deploys their numbers',
    { set: 'shop', deploys: [{ number: 3 }, { number: 2 }] },
    ['deploy/shop.3', 'deploy/shop.2'],
  ],
];

describe('documentNames', () => {
  for (const [what, document, lines] of cases) {
    it(`says ${what}`, () => {
      assert.equal(documentNames(document), lines.map((line) => `${line}\n`).join(''));
    });
  }
});

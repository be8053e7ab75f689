import assert from 'node:assert/strict';
import {
  keepWarnings,
  parseWarnings,
  warningTexts,
  type ServerWarnings,
} from '../../../src/cluster/requests/warnings.js';

describe('parseWarnings', () => {
  const cases: [header: string, texts: string[]][] = [
    ['', []],
    ['299 - "deprecated"', ['deprecated']],
    ['299 - "one, two", 299 - "three"', ['one, two', 'three']],
    ['299 - "say \\"hi\\" \\\\ bye"', ['say "hi" \\ bye']],
    ['299 k8s "dated" "Mon, 02 Mar 2026 10:00:00 GMT"', ['dated']],
    ['110 cache "Response is stale"', []],
    ['299 - unquoted', []],
  ];
  for (const [header, texts] of cases) it(header, () => assert.deepEqual(parseWarnings(header), texts));
});

describe('warningTexts', () => {
  it('names what was written, and no more than a few', () => {
    const warnings: ServerWarnings = new Map();
    const path = (name: string): string => `/api/v1/namespaces/shop/secrets/${name}?dryRun=All&fieldManager=kapply`;
    keepWarnings(warnings, ['not PEM'], { method: 'PATCH', path: path('tls') });
    keepWarnings(warnings, ['not PEM'], { method: 'PATCH', path: path('tls') });
    keepWarnings(warnings, ['old API'], { method: 'GET', path: '/apis/batch/v1beta1/cronjobs?limit=500' });
    assert.deepEqual(warningTexts(warnings), ['secrets/tls: not PEM', 'old API']);
    for (const name of ['a', 'b', 'c', 'd']) keepWarnings(warnings, ['not PEM'], { method: 'PATCH', path: path(name) });
    assert.equal(warningTexts(warnings)[0], 'secrets/tls, secrets/a, secrets/b and 2 more: not PEM');
  });
});

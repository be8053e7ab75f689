import assert from 'node:assert/strict';
import { parseWarnings } from '../../../src/cluster/requests/warnings.js';

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

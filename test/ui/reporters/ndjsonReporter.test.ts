import assert from 'node:assert/strict';
import { makeNdjsonReporter } from '../../../src/ui/reporters/ndjsonReporter.js';
import { assertGolden } from '../golden.js';
import { change, failedRun, plan, successfulRun, type RecordedRun } from '../recordedRuns.js';

async function show({ events, report }: RecordedRun): Promise<string> {
  let text = '';
  let time = 0;
  const reporter = makeNdjsonReporter({ write: (line) => (text += line), version: '1.2.3', now: () => time });
  for (const event of events) {
    if ('at' in event) time = event.at;
    reporter.emit(event);
  }
  await reporter.finish(report);
  return text;
}

describe('ndjsonReporter', () => {
  it('tells a failed rollout', async () => {
    assertGolden('events-failure.ndjson', await show(failedRun()));
  });

  it('never holds an object', async () => {
    const { report } = successfulRun();
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' }, data: { password: 'c2VjcmV0' } };
    const held: Partial<ReturnType<typeof change>> = {
      live: secret,
      after: secret,
      desired: secret,
    };
    const text = await show({
      events: [{ type: 'planned', plan: plan([change('Secret/db', 'create', held)]) }],
      report,
    });
    assert.ok(!text.includes('c2VjcmV0'));
    assert.match(text, /"kind":"Secret","namespace":"shop","name":"db","action":"create"/);
  });
});

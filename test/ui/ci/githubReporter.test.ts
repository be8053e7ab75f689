import assert from 'node:assert/strict';
import type { Event } from '../../../src/engine/run/events.js';
import { EXIT } from '../../../src/errors.js';
import { makeGithubReporter } from '../../../src/ui/ci/githubReporter.js';
import { assertGolden } from '../golden.js';
import {
  change,
  failedRun,
  problem,
  refusedRun,
  report,
  status,
  successfulRun,
  type RecordedRun,
} from '../recordedRuns.js';

async function show({ events, report }: RecordedRun): Promise<{ commands: string[]; summary: string }> {
  let text = '';
  let summary = '';
  const reporter = makeGithubReporter({
    write: (more) => (text += more),
    appendSummary: (markdown) => (summary += markdown),
    verb: 'deploy',
  });
  for (const event of events) reporter.emit(event);
  await reporter.finish(report);
  return { commands: text.split('\n').filter(Boolean), summary };
}

describe('githubReporter', () => {
  it('annotates a failed rollout with its cause', async () => {
    const { commands, summary } = await show(failedRun());
    assert.equal(commands.length, 1);
    assert.match(
      commands[0]!,
      /^::error title=Deployment\/web failed to roll out::0\/3 new pods ready, 3 old pods serve: container app: ImagePullBackOff: .*does-not-exist: not found%0Akubectl --context prod-eu -n shop describe pod web-\S+%0Akubectl --context prod-eu -n shop rollout undo deployment\/web --to-revision=1$/,
    );
    assertGolden('github-failure.md', summary);
  });

  it('annotates what the server refused', async () => {
    const { commands } = await show(refusedRun());
    assert.equal(commands.length, 1);
    assert.match(
      commands[0]!,
      /^::error title=StatefulSet\/db refused::StatefulSet\/db: spec\.serviceName cannot be changed/,
    );
  });

  it('annotates nothing after a success, and sums it up', async () => {
    const { commands, summary } = await show(successfulRun());
    assert.deepEqual(commands, []);
    assertGolden('github-success.md', summary);
  });

  it('annotates the error that ended a run before it began', async () => {
    const { commands } = await show({ events: [], report: report(EXIT.input, 5, {}, 'a.yaml:1: no name') });
    assert.deepEqual(commands, ['::error title=kapply deploy::a.yaml:1: no name']);
  });

  it('annotates at most nine failures', async () => {
    const failed = Array.from({ length: 12 }, (_, index): Event => ({
      type: 'settled',
      status: status(`Deployment/web-${index}`, 'Failed', `cause ${index}`, '0/1'),
      ms: 5,
      details: undefined,
      at: 5,
    }));
    assert.equal((await show({ events: failed, report: report(EXIT.rolloutFailed, 5) })).commands.length, 9);
  });

  it('annotates what failed for one cause once', async () => {
    const pull = (index: number) => problem('ImagePullBackOff', 'web:9 not found', { pod: `web-${index}-x` });
    const failed = Array.from({ length: 43 }, (_, index): Event => ({
      type: 'settled',
      status: status(`Deployment/web-${index}`, 'Failed', 'x: ImagePullBackOff', '0/1', [pull(index)]),
      ms: 5,
      details: undefined,
      at: 5,
    }));
    const { commands } = await show({ events: failed, report: report(EXIT.rolloutFailed, 5) });
    assert.deepEqual(commands, ['::error title=Deployment/web-0 and 42 more failed to roll out::x: ImagePullBackOff']);
  });

  it('lets no foreign text write commands or markup', async () => {
    const hostile = 'x\n::stop-commands::y, <img src=z> | [a](b) 100%';
    const { commands, summary } = await show({
      events: [
        {
          type: 'applied',
          id: change('ConfigMap/a', 'create').member.id,
          version: 'v1',
          outcome: 'failed',
          replaces: undefined,
          changed: [],
          failure: { code: 'X', message: hostile, suggestions: [] },
          at: 1,
        },
      ],
      report: { ...report(EXIT.refused, 5, {}, hostile), warnings: [hostile] },
    });
    assert.deepEqual(commands, [
      '::error title=ConfigMap/a refused::x%0A: :stop-commands::y, <img src=z> | [a](b) 100%25',
    ]);
    assert.doesNotMatch(summary, /<img|\[a\]/);
    assert.deepEqual(
      summary.split('\n').filter((line) => line.startsWith('::')),
      [],
    );
  });
});

import assert from 'node:assert/strict';
import type { Event } from '../../../src/engine/run/events.js';
import { foldReport } from '../../../src/engine/run/foldReport.js';
import { EXIT } from '../../../src/errors.js';

const target = { context: null, server: 's', namespace: 'shop', set: 'shop', pruneLabel: null, dryRun: null };
const id = (name: string) => ({ group: '', kind: 'ConfigMap', namespace: 'shop', name });
const applied = (name: string, outcome: 'created' | 'failed' | 'unchanged'): Event => ({
  type: 'applied',
  id: id(name),
  version: 'v1',
  outcome,
  replaces: undefined,
  changed: [],
  failure: outcome === 'failed' ? { code: 'Forbidden', message: 'no', suggestions: [] } : undefined,
  at: 0,
});
const status = (name: string, word: 'Current' | 'InProgress'): Event => ({
  type: 'status',
  status: { id: id(name), status: word, message: '', problems: [] },
  at: 0,
});
const pruned = (name: string, outcome: 'deleted' | 'kept' | 'failed'): Event => ({
  type: 'pruned',
  id: id(name),
  version: 'v1',
  outcome,
  reason: 'why',
  at: 0,
});

describe('foldReport', () => {
  it('has a word for every exit code', () => {
    for (const exitCode of Object.values(EXIT)) {
      const failure = { code: 'X', message: 'x', suggestions: [] };
      const { summary } = foldReport([{ type: 'stopped', failure, exitCode, at: 0 }], { target, ms: 1, requests: 2 });
      assert.equal(summary.exitCode, exitCode);
      assert.notEqual(summary.result, '');
      assert.deepEqual(summary.error, { code: 'X', message: 'x', suggestions: [] });
    }
  });

  it('counts what happened, the last status of each object alone, and each warning once', () => {
    const events: Event[] = [
      applied('a', 'created'),
      applied('b', 'unchanged'),
      applied('c', 'failed'),
      status('a', 'InProgress'),
      status('b', 'InProgress'),
      status('a', 'Current'),
      pruned('d', 'deleted'),
      pruned('e', 'kept'),
      pruned('f', 'failed'),
      { type: 'warning', message: 'w' },
      { type: 'warning', message: 'w' },
    ];
    const report = foldReport(events, { target, ms: 1, requests: 2 });
    const { created, unchanged, failed, ready, notReady, deleted, kept, pruneFailed } = report.summary.counts;
    assert.deepEqual(
      { created, unchanged, failed, ready, notReady, deleted, kept, pruneFailed },
      { created: 1, unchanged: 1, failed: 1, ready: 1, notReady: 1, deleted: 1, kept: 1, pruneFailed: 1 },
    );
    assert.deepEqual(
      report.rollouts.map(({ name, status: word }) => [name, word]),
      [
        ['a', 'Current'],
        ['b', 'InProgress'],
      ],
    );
    assert.deepEqual(report.warnings, ['w']);
    assert.deepEqual(report.changes[2]?.error, { code: 'Forbidden', message: 'no', suggestions: [] });
  });
});

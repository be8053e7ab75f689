import assert from 'node:assert/strict';
import type { Event, FailureDetails, ObjectStatus } from '../../../src/engine/run/events.js';
import { failureBlocks, firstCause } from '../../../src/ui/run/failureBlock.js';
import { emptyRunView } from '../../../src/ui/run/runView.js';
import { foldEvent } from '../../../src/ui/run/foldEvent.js';
import { makeStyle } from '../../../src/ui/style.js';
import { applied, change, plan, problem, status } from '../recordedRuns.js';

const DETAILS: FailureDetails = { problems: [], events: [], logs: [], logsNote: undefined, tryCommand: undefined };

function blocks(events: readonly Event[]): string[] {
  const view = emptyRunView();
  for (const event of events) foldEvent(view, event);
  return failureBlocks(view, makeStyle(false));
}

const settled = (given: ObjectStatus, details: Partial<FailureDetails> = {}): Event => ({
  type: 'settled',
  status: given,
  ms: 46_000,
  details: { ...DETAILS, problems: given.problems, ...details },
  at: 46_000,
});

describe('failureBlock', () => {
  const pull = problem('ImagePullBackOff', 'shop/web:9: not found');
  const web = (word: ObjectStatus['status'], serving: { new: number; old: number }): ObjectStatus => ({
    ...status('Deployment/web', word, '1 of 3 pods updated: ImagePullBackOff', '0/3', [pull]),
    serving,
  });

  it('says how many new pods are ready, and how many old ones serve meanwhile', () => {
    const heads = (
      [
        ['configure', 'Failed', { new: 0, old: 3 }],
        ['configure', 'Failed', { new: 1, old: 1 }],
        ['configure', 'Failed', { new: 0, old: 0 }],
        ['create', 'Failed', { new: 1, old: 0 }],
        ['configure', 'InProgress', { new: 2, old: 1 }],
      ] as const
    ).map(
      ([action, word, serving]) =>
        blocks([applied(0, change('Deployment/web', action)), settled(web(word, serving))])[0],
    );
    assert.deepEqual(heads, [
      '✖ Deployment/web   FAILED after 46s: 0/3 new pods ready, 3 old pods serve',
      '✖ Deployment/web   FAILED after 46s: 1/3 new pods ready, 1 old pod serves',
      '✖ Deployment/web   FAILED after 46s: 0/3 new pods ready, no old pod serves',
      '✖ Deployment/web   FAILED after 46s: 1/3 pods ready',
      '✖ Deployment/web   TIMED OUT after 46s: 2/3 new pods ready, 1 old pod serves',
    ]);
  });

  it('tells the first of several causes once more, below them all', () => {
    const told = (causes: readonly string[]): string[] => {
      const view = emptyRunView();
      for (const [index, cause] of causes.entries()) {
        const name = `Deployment/web-${index}`;
        foldEvent(view, applied(0, change(name, 'configure')));
        foldEvent(view, settled(status(name, 'Failed', cause, '0/3', [problem('ImagePullBackOff', cause)])));
      }
      return firstCause(view);
    };
    assert.deepEqual(told(['shop/web:9: not found', 'shop/web:9: not found']), [], 'one cause needs no second telling');
    assert.deepEqual(told(['shop/web:9: not found', 'shop/db:1: forbidden', 'shop/api:2: not found']), [
      '  first: Deployment/web-0: 1 pod, container app: ImagePullBackOff: shop/web:9: not found',
    ]);
  });

  it('keeps what the controller says where no pod tells why', () => {
    const words = 'ProgressDeadlineExceeded';
    const quiet = { ...status('Deployment/web', 'Failed', words, '0/3'), serving: { new: 0, old: 3 } };
    assert.deepEqual(blocks([applied(0, change('Deployment/web', 'configure')), settled(quiet)]), [
      '✖ Deployment/web   FAILED after 46s: 0/3 new pods ready, 3 old pods serve',
      '    Cause   ProgressDeadlineExceeded',
    ]);
  });

  it('tells one cause once, in the order of the plan', () => {
    const failed = [2, 0, 1].map((index) =>
      settled(status(`Deployment/web-${index}`, 'Failed', 'x: y', '0/1', [{ ...pull, pod: `web-${index}-x` }])),
    );
    const changes = [0, 1, 2].map((index) => change(`Deployment/web-${index}`, 'create'));
    const [head, , , also, ...more] = blocks([{ type: 'planned', plan: plan(changes) }, ...failed]);
    assert.match(head ?? '', /^✖ Deployment\/web-0 /);
    assert.equal(also, '    Also    Deployment/web-1, Deployment/web-2');
    assert.deepEqual(more, []);
  });

  it('takes the answer to a pull, and that it is waited with, for one cause', () => {
    const words: readonly (readonly [reason: string, message: string])[] = [
      ['ErrImagePull', 'rpc error: code = NotFound desc = no such image'],
      ['ErrImagePull', 'Failed to pull image "shop/web:9": rpc error: code = NotFound desc = no such image'],
      [
        'ImagePullBackOff',
        'Back-off pulling image "shop/web:9": ErrImagePull: rpc error: code = NotFound desc = no such image',
      ],
    ];
    const failed = words.map(([reason, message], index) =>
      settled(status(`Deployment/web-${index}`, 'Failed', 'x: y', '0/1', [problem(reason, message)])),
    );
    const other = settled(
      status('Deployment/api', 'Failed', 'x: y', '0/1', [problem('ErrImagePull', 'pull access denied')]),
    );
    assert.equal(blocks(failed).filter((line) => line.startsWith('✖')).length, 1);
    assert.equal(blocks([...failed, other]).filter((line) => line.startsWith('✖')).length, 2);
    const pods = words.map(([reason, message], index) => problem(reason, message, { pod: `web-${index}` }));
    const lines = blocks([settled(status('Deployment/web', 'Failed', 'x', '0/3', pods), { newPods: 3 })]);
    assert.deepEqual(
      lines.filter((line) => line.includes('new pods')),
      ['    Cause   3 of 3 new pods, container app: ErrImagePull'],
    );
  });

  it('wraps why there are no logs', () => {
    const view = emptyRunView();
    const logsNote = 'none, the container never started';
    foldEvent(view, settled(status('Deployment/web', 'Failed', 'x', '0/3', [pull]), { logsNote }));
    const lines = failureBlocks(view, makeStyle(false), 40).flatMap((text) => text.split('\n'));
    assert.ok(lines.some((line) => line.endsWith('started')));
    assert.ok(
      lines.every((line) => line.length <= 40),
      lines.join('\n'),
    );
  });

  it('names what has the same trouble and has not failed yet beside what has failed', () => {
    const waits = (name: string, reason: string): Event => ({
      type: 'status',
      status: status(`Deployment/${name}`, 'InProgress', 'x', '0/1', [problem(reason, '', { pod: `${name}-x` })]),
      at: 1,
    });
    const failed = status('Deployment/a', 'Failed', 'x', '0/1', [problem('ImagePullBackOff', '', { pod: 'a-x' })]);
    const lines = blocks([
      ...['b', 'c'].map((name) => waits(name, 'ImagePullBackOff')),
      ...['d', 'e', 'f'].map((name) => waits(name, 'Unschedulable')),
      settled(failed),
    ]);
    assert.deepEqual(
      lines.filter((line) => !line.includes('Cause')),
      [
        '✖ Deployment/a   FAILED after 46s: x',
        '    Also    Deployment/b, Deployment/c',
        '◌ Deployment/d   not ready: x',
        '    Also    Deployment/e, Deployment/f',
      ],
    );
  });

  it('keeps apart what ends with other last words, whatever the time and the process', () => {
    const crash = problem('CrashLoopBackOff', 'exit code 1');
    const says = (name: string, line: string): Event =>
      settled(status(`Deployment/${name}`, 'Failed', 'x: y', '0/1', [crash]), { logs: [line] });
    const heads = blocks([
      says('a', '12:00:01 [77] a: no database'),
      says('b', '12:00:09 [4711] b: no database'),
      says('c', 'c: wrong password'),
    ]).filter((line) => line.startsWith('✖'));
    assert.deepEqual(
      heads.map((head) => head.split(' ')[1]),
      ['Deployment/a', 'Deployment/c'],
    );
  });

  it('says how to go back', () => {
    const undoCommand = 'kubectl -n shop rollout undo deployment/web --to-revision=3';
    const lines = blocks([settled(web('Failed', { new: 0, old: 3 }), { undoCommand, newPods: 1 })]);
    assert.equal(lines.at(-1), `    Undo    ${undoCommand}`);
    assert.equal(lines[1], '    Cause   1 of 1 new pods, container app: ImagePullBackOff');
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { WAIT_MARKS, waitMarkOf } from '../../../src/engine/readiness/waitMark.js';

interface Mark {
  readonly tool: string;
  readonly mark: string;
  readonly source?: string;
  /** Values that take the object out of the wait, and values that do not. */
  readonly out?: readonly string[];
  readonly in?: readonly string[];
  readonly means?: string;
}

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const marks = parse(read('test/fixtures/engine/waitMarks.yaml')) as readonly Mark[];

const marked = (annotation: string, value: string): string | undefined =>
  waitMarkOf({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', annotations: { [annotation]: value } } });

describe('the marks of neighbours', () => {
  for (const { tool, mark, out = [], in: within = [], means } of marks) {
    it(`of ${tool}: ${mark} ${out.length > 0 ? 'takes an object out of the wait' : 'means something else'}`, () => {
      for (const value of out) assert.equal(marked(mark, value), mark, value);
      for (const value of within) assert.equal(marked(mark, value), undefined, value);
      assert.equal(means === undefined, out.length > 0);
    });
  }

  it('are all that count, and each has its source', () => {
    assert.deepEqual(
      WAIT_MARKS.map(({ annotation }) => annotation).sort(),
      marks.flatMap(({ mark, out }) => (out === undefined ? [] : [mark])).sort(),
    );
    for (const { tool, source = '' } of marks)
      if (tool !== 'kapply') assert.match(source, /^[\w.-]+\/[\w.-]+ \S+\.\w+$/);
  });

  it('are all in docs/readiness.md, with their tool', () => {
    const lines = read('docs/readiness.md').split('\n');
    const untold = marks.filter(
      ({ tool, mark }) => !lines.some((line) => line.startsWith(`| ${tool} `) && line.includes(`\`${mark}`)),
    );
    assert.deepEqual(
      untold.filter(({ tool }) => tool !== 'kapply').map(({ mark }) => mark),
      [],
    );
  });

  it('say nothing on an object without annotations', () =>
    assert.equal(waitMarkOf({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } }), undefined));
});

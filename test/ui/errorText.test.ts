import assert from 'node:assert/strict';
import { EXIT, inputError, KapplyError } from '../../src/errors.js';
import { formatBug, formatError } from '../../src/ui/errorText.js';
import { makeStyle } from '../../src/ui/style.js';

const plain = makeStyle(false);
const context = { version: '1.2.3', node: 'v20.20.2', platform: 'linux-x64' };

describe('formatError', () => {
  it('says what, where, how it came there and what to do', () => {
    const error = inputError('UnknownField', 'unknown field "resorces"', {
      position: { file: 'base/kustomization.yaml', line: 12, column: 3 },
      chain: ['overlays/prod/kustomization.yaml'],
      suggestions: ['Write "resources".'],
    });
    assert.equal(
      formatError(error, plain),
      'error: base/kustomization.yaml:12:3: unknown field "resorces"\n  in overlays/prod/kustomization.yaml\n  try: Write "resources".',
    );
  });

  it('is wrapped between words to a terminal', () => {
    const error = inputError('X', 'the ConfigMap that the generator named cfg makes has no key colour', {
      suggestions: ['Write the key color, which it has, or add one that is called colour.'],
    });
    assert.equal(
      formatError(error, plain, 40),
      [
        'error: the ConfigMap that the generator',
        '    named cfg makes has no key colour',
        '  try: Write the key color, which it',
        '      has, or add one that is called',
        '      colour.',
      ].join('\n'),
    );
  });

  it('indents further lines, and falls back to the code', () => {
    assert.equal(formatError(new KapplyError('X', 'one\ntwo', EXIT.refused), plain), 'error: one\n  two');
    assert.equal(formatError(new KapplyError('Empty', '', EXIT.refused), plain), 'error: Empty');
  });
});

describe('formatBug', () => {
  it('has what a report needs', () => {
    const text = formatBug(new TypeError('x is not a function'), context, plain);
    assert.match(text, /^error: a bug in kapply: TypeError: x is not a function\n {2}at /);
    assert.match(text, /kapply 1\.2\.3, node v20\.20\.2, linux-x64$/);
  });

  it('shows no input that a parser quotes', () => {
    let thrown: unknown;
    try {
      JSON.parse('{"password": hunter2}');
    } catch (error) {
      thrown = error;
    }
    const text = formatBug(thrown, context, plain);
    assert.match(text, /^error: a bug in kapply: SyntaxError\n/);
    assert.ok(!text.includes('hunter2'));
  });

  it('survives what is no error', () => {
    assert.match(formatBug('oops', context, plain), /^error: a bug in kapply: string\n/);
  });
});

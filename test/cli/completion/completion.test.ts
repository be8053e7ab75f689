import assert from 'node:assert/strict';
import { completionOf, givenValues, type CompletionCommand } from '../../../src/cli/completion/completion.js';

const flags: CompletionCommand['flags'] = [
  { name: 'kustomize', type: 'option', char: 'k', helpValue: 'DIR' },
  { name: 'filename', type: 'option', char: 'f', helpValue: 'PATH' },
  { name: 'context', type: 'option' },
  { name: 'namespace', type: 'option', char: 'n' },
  { name: 'dry-run', type: 'option', options: ['client', 'server'] },
  { name: 'timeout', type: 'option' },
  { name: 'set', type: 'option' },
  { name: 'to', type: 'option' },
  { name: 'wait', type: 'boolean', allowNo: true },
  { name: 'secret', type: 'boolean', hidden: true },
];
const commands: readonly CompletionCommand[] = [
  { id: 'deploy', flags },
  { id: 'history', flags },
];

describe('what may stand where TAB is pressed', () => {
  const cases: readonly (readonly [words: readonly string[], expected: Partial<ReturnType<typeof completionOf>>])[] = [
    [['de'], { candidates: ['deploy', 'history'], current: 'de', directive: 4 }],
    [['unknown', ''], { candidates: [], live: undefined }],
    [['deploy', '--context', 'pr'], { live: 'contexts', current: 'pr', prefix: '' }],
    [['deploy', '--context=pr'], { live: 'contexts', current: 'pr', prefix: '--context=' }],
    [['deploy', '-n', ''], { live: 'namespaces' }],
    [['deploy', '--set', ''], { live: 'sets' }],
    [['deploy', '--to='], { live: 'records', prefix: '--to=' }],
    [['deploy', '--dry-run', ''], { candidates: ['client', 'server'], live: undefined }],
    [['deploy', '-k', ''], { candidates: [], directive: 16 }],
    [['deploy', '-f', ''], { candidates: [], directive: 0 }],
    [['deploy', '--timeout', ''], { candidates: [], directive: 4 }],
    [['deploy', '--wait', ''], { candidates: [], live: undefined }],
    [['history', ''], { live: 'families' }],
    [['history', '-n', 'shop', ''], { live: 'families' }],
  ];
  for (const [words, expected] of cases) {
    it(words.join(' '), () => {
      const found = completionOf(words, commands);
      for (const [field, value] of Object.entries(expected))
        assert.deepEqual(found[field as keyof typeof found], value, field);
    });
  }

  it('hides what help hides', () => {
    const { candidates } = completionOf(['deploy', '--'], commands);
    assert.ok(candidates.includes('--no-wait') && candidates.includes('-k'));
    assert.ok(!candidates.includes('--secret'));
  });

  it('goes by the values that were given', () => {
    assert.deepEqual(givenValues(['deploy', '-n', 'a', '--context=b', '--namespace', 'c', '--wait'], flags), {
      namespace: 'c',
      context: 'b',
      wait: 'true',
    });
  });
});

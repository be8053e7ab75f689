import assert from 'node:assert/strict';
import { foldingSystemOf, makeFolds, type FoldingSystem } from '../../../src/ui/ci/ciFolds.js';

const AT = 1_764_000_000_999;

describe('what CI systems fold up', () => {
  const systems: readonly (readonly [env: Readonly<Record<string, string>>, system: FoldingSystem | undefined])[] = [
    [{ CI: 'true', GITHUB_ACTIONS: 'true' }, 'github'],
    [{ CI: 'true', GITLAB_CI: 'true' }, 'gitlab'],
    [{ TF_BUILD: 'True' }, 'azure'],
    [{ TEAMCITY_VERSION: '2025.07' }, 'teamcity'],
    [{ CI: 'true', BUILDKITE: 'true' }, undefined],
    [{ CI: 'true' }, undefined],
    [{ GITLAB_CI: '', TF_BUILD: '', TEAMCITY_VERSION: '', GITHUB_ACTIONS: 'false' }, undefined],
  ];
  for (const [env, system] of systems) {
    it(`is known by ${JSON.stringify(env)}: ${system ?? 'none'}`, () => assert.equal(foldingSystemOf(env), system));
  }

  // What each documents.
  const marks: readonly (readonly [system: FoldingSystem, open: string, close: string])[] = [
    ['github', '::group::~ Deployment/web  100%25 [a]\n', '::endgroup::\n'],
    [
      'gitlab',
      '\u001b[0Ksection_start:1764000000:kapply_1764000000999_1[collapsed=true]\r\u001b[0K~ Deployment/web  100% [a]\n',
      '\u001b[0Ksection_end:1764000001:kapply_1764000000999_1\r\u001b[0K\n',
    ],
    ['azure', '##[group]~ Deployment/web  100% [a]\n', '##[endgroup]\n'],
    [
      'teamcity',
      "##teamcity[blockOpened name='~ Deployment/web  100% |[a|]']\n",
      "##teamcity[blockClosed name='~ Deployment/web  100% |[a|]']\n",
    ],
  ];
  for (const [system, open, close] of marks) {
    it(`begins and ends a part as ${system} says, with no colour in its title`, () => {
      const folds = makeFolds(system);
      assert.equal(folds.open('\u001b[33m~\u001b[39m Deployment/web  100% [a]', AT), open);
      assert.equal(folds.close(AT + 1000), close);
    });

    it(`lets no title of others speak to ${system}`, () => {
      const tricks = ['a\n::error::FORGED', '::error::FORGED', '##[error]FORGED', '##vso[task.complete]FORGED'];
      for (const trick of [...tricks, "x'] ##teamcity[message text='FORGED']", '\u001b[0Ksection_end:1:x\r']) {
        const line = makeFolds(system).open(trick, AT);
        const own = open.slice(0, open.indexOf('~')).length;
        assert.equal(line.split('\n').length, 2, 'one line');
        // eslint-disable-next-line no-control-regex -- the escape character is the subject
        assert.doesNotMatch(line.slice(own), /^::|##\[|##vso\[|##teamcity\[|\r|\u001b/, trick);
        if (system === 'teamcity') assert.doesNotMatch(line.slice(own, -4), /(?<!\|)['\]]/, trick);
      }
    });
  }

  it('gives each part a name of its own, by which GitLab ends it', () => {
    const folds = makeFolds('gitlab');
    assert.match(folds.open('a', AT), /:kapply_1764000000999_1\[/);
    assert.match(folds.open('a', AT), /:kapply_1764000000999_2\[/);
    assert.match(folds.close(AT), /:kapply_1764000000999_2\r/);
  });
});

/** Which commit is deployed, as far as the CI system says: nothing is asked of git. */

/** GitHub and Gitea, GitLab, Azure, Bitbucket, Buildkite, CircleCI, Drone and Woodpecker, Jenkins. */
const VARIABLES = [
  'GITHUB_SHA',
  'CI_COMMIT_SHA',
  'BUILD_SOURCEVERSION',
  'BITBUCKET_COMMIT',
  'BUILDKITE_COMMIT',
  'CIRCLE_SHA1',
  'DRONE_COMMIT_SHA',
  'GIT_COMMIT',
] as const;

/** The commit that the CI system has checked out, as far as it is of that form; undefined where no variable names one. */
export function commitOfCi(env: Readonly<Record<string, string | undefined>>, form: RegExp): string | undefined {
  return VARIABLES.map((name) => env[name] ?? '').find((value) => form.test(value));
}

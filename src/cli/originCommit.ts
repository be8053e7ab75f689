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

/** The commit that the CI system has checked out; null where no variable names one. */
export function originCommit(env: Readonly<Record<string, string | undefined>>): string | null {
  const named = VARIABLES.map((name) => env[name] ?? '').find((value) => /^[0-9a-f]{7,64}$/.test(value));
  return named ?? null;
}

/**
 * What of its environment kapply hands on to the programs that rendering runs: an allow-list, since those programs work
 * on what others wrote. Authentication, proxies, certificates, and where the user's files are; nothing of kapply's own, and
 * nothing by which git tells a hook which repository it works on (`git rev-parse --local-env-vars`).
 */

export type Environment = Readonly<Record<string, string | undefined>>;

/** `tool`: the user's own git, helm and docker. `code`: programs that the kustomization names. */
export type ProgramKind = 'tool' | 'code';

const EVERYTHING_NEEDS = [
  /^(?:HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_[A-Z]+|TZ|TERM|TMPDIR)$/,
  /^(?:https?|no|all|ftp)_proxy$/i,
  /^(?:SSL_CERT_FILE|SSL_CERT_DIR|CURL_CA_BUNDLE|REQUESTS_CA_BUNDLE|NODE_EXTRA_CA_CERTS)$/,
  /^XDG_(?:CONFIG|CACHE|DATA|STATE)_HOME$/,
  // Windows, where names have no case: it is `Path` there.
  /^(?:PATH|TMP|TEMP|SystemRoot|SystemDrive|windir|ComSpec|PATHEXT|USERPROFILE|USERNAME|HOMEDRIVE|HOMEPATH|APPDATA|LOCALAPPDATA)$/i,
  /^(?:ProgramData|ProgramFiles(?:\(x86\))?|CommonProgramFiles(?:\(x86\))?|MSYSTEM)$/i,
];

/** By which the user's tools prove who they are to git servers, registries, and their agents. */
const TOOLS_NEED = [
  /^SSH_(?:AUTH_SOCK|AGENT_PID|ASKPASS|ASKPASS_REQUIRE)$/,
  /^(?:DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|DBUS_SESSION_BUS_ADDRESS|XDG_RUNTIME_DIR|GPG_TTY|GNUPGHOME|KRB5[A-Z_]*)$/,
  /^GIT_(?:SSH|SSH_COMMAND|SSH_VARIANT|ASKPASS|TERMINAL_PROMPT|USERNAME|USER|PASSWORD|PASS|TOKEN)$/,
  /^GIT_(?:CONFIG_COUNT|CONFIG_KEY_[0-9]+|CONFIG_VALUE_[0-9]+|CONFIG_GLOBAL|CONFIG_SYSTEM|CONFIG_NOSYSTEM)$/,
  /^GIT_(?:SSL_[A-Z_]+|PROXY_[A-Z_]+|HTTP_[A-Z_]+|CURL_[A-Z_]+|TRACE[A-Z0-9_]*|ALLOW_PROTOCOL|PROTOCOL)$/,
  /^(?:GH|GITHUB|GITLAB|BITBUCKET|GITEA)_(?:TOKEN|HOST|CONFIG_DIR|ENTERPRISE_TOKEN|USER)$/,
  /^(?:CI_JOB_TOKEN|SYSTEM_ACCESSTOKEN|GCM_[A-Z_]+)$/,
  /^(?:AWS|AZURE|GOOGLE|CLOUDSDK)_[A-Z0-9_]+$/,
  /^HELM_(?:REGISTRY_CONFIG|REPOSITORY_CONFIG|REPOSITORY_CACHE|NO_PLUGINS|DEBUG)$/,
  /^DOCKER_[A-Z_]+$/,
];

/** The part of the environment that a program gets. `named` are variables that the user hands on by `--env NAME`. */
export function environmentFor(
  kind: ProgramKind,
  environment: Environment,
  named: readonly string[] = [],
): Record<string, string> {
  const allowed = kind === 'tool' ? [...EVERYTHING_NEEDS, ...TOOLS_NEED] : EVERYTHING_NEEDS;
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && (named.includes(entry[0]) || allowed.some((pattern) => pattern.test(entry[0]))),
    ),
  );
}

/** The names alone among the settings of `--env`. */
export function handedOn(settings: readonly string[] = []): string[] {
  return settings.filter((setting) => setting !== '' && !setting.includes('='));
}

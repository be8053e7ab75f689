/**
 * Which causes last, and which pass by themselves. Only what lasts ends a rollout before its deadline; what passes is
 * shown while it is there (docs/readiness.md). The reasons are those of kubelet (pkg/kubelet/images,
 * pkg/kubelet/kuberuntime) and of the CRI.
 */

/** How to tell whether a reason lasts: always, never, or by more than the reason. */
type Lasting = 'lasts' | 'passes' | 'byPull' | 'byRuntime' | 'byConfiguration' | 'byRestarts';

export const REASONS: Readonly<Record<string, Lasting>> = {
  InvalidImageName: 'lasts',
  ErrImageNeverPull: 'lasts',
  SignatureValidationFailed: 'lasts',
  ErrImagePull: 'byPull',
  ImagePullBackOff: 'byPull',
  RegistryUnavailable: 'passes',
  ImageInspectError: 'byRuntime',
  CreateContainerConfigError: 'byConfiguration',
  // What was never created never restarts.
  CreateContainerError: 'byRuntime',
  PreCreateHookError: 'byRestarts',
  PreStartHookError: 'byRestarts',
  RunContainerError: 'byRestarts',
  PostStartHookError: 'byRestarts',
  CrashLoopBackOff: 'byRestarts',
};

/** After so many restarts (2.5 minutes with kubelet's back-off), whatever it waits for should have come. */
const RESTARTS = 5;
/** Where all else of the set is ready and old pods serve, what it needs is there. */
const RESTARTS_WHERE_ALL_IS_READY = 3;

/**
 * Signs, in what the registry's client said, of a failure that passes: rate limits, overload, names and connections
 * that do not work at the moment. Kubelet gives one reason for all failed pulls, so here, and nowhere else, text decides
 * (decision 0096). Codes of gRPC, of HTTP, and Go's words for the network.
 */
const PASSING_PULLS = [
  /toomanyrequests|pull QPS exceeded/i,
  /\b429 Too Many Requests\b|\b50[0234] [A-Z]|\bstatus(?: code)?(?: from \w+ request)?:? (?:429|50[0234])\b/,
  /code = (?:Unavailable|DeadlineExceeded|ResourceExhausted|Canceled|Aborted)\b/,
  /timeout|timed out|deadline exceeded|connection (?:refused|reset)|no such host|server misbehaving/i,
  /temporary failure|unexpected EOF|network is unreachable|no route to host/i,
];

/**
 * The same of a container runtime (decision 0275): it is busy, starts anew, still holds the name of the try before, or
 * its node is short of something. What the manifest or the image asks for is refused in other words.
 */
const PASSING_RUNTIME = [
  ...PASSING_PULLS,
  // containerd, CRI-O and Docker, each of a create that ran out of time and goes on behind it.
  /name ".*" is reserved for|\bname is reserved\b|container name ".*" is already in use/,
  /context canceled|\bsandbox\b|resource temporarily unavailable|device or resource busy/i,
  /no space left on device|too many open files|cannot allocate memory/i,
];

/** kubelet, pkg/kubelet/kuberuntime/security_context_others.go: no configuration that comes makes it better. */
const NON_ROOT = /^container has runAsNonRoot and image |^container's runAsUser breaks non-root policy/;

export interface Circumstances {
  /** The image's name, which may look like anything. */
  readonly image?: string | undefined;
  /** What the image's pull was last answered with, where `message` does not say. */
  readonly pullError?: string | undefined;
  /** All configuration that the container names is there. undefined: not known. */
  readonly isConfigured?: boolean | undefined;
  readonly restarts: number;
  /** Restarts are this controller's way of trying again (a Job's pods): it says itself when it gives up. */
  readonly retries: boolean;
  /** Everything else of the set is ready, and old pods of the workload serve. */
  readonly isEstablished: boolean;
}

/** True where waiting does not help: something must be changed. */
export function isDoomed(reason: string, message: string, given: Circumstances): boolean {
  switch (REASONS[reason]) {
    case 'lasts':
      return true;
    case 'byPull':
      return !passes(PASSING_PULLS, `${message} ${given.pullError ?? ''}`, given.image);
    case 'byRuntime':
      return !passes(PASSING_RUNTIME, message, given.image);
    case 'byConfiguration':
      return NON_ROOT.test(message) || given.isConfigured !== true;
    case 'byRestarts':
      return !given.retries && given.restarts >= (given.isEstablished ? RESTARTS_WHERE_ALL_IS_READY : RESTARTS);
    default:
      return false;
  }
}

function passes(signs: readonly RegExp[], text: string, image = ''): boolean {
  const repository = image.replace(/(?:@[^/]*|:[^/:]*)$/, '');
  const said = [image, repository]
    .filter((name) => name !== '')
    .reduce((left, name) => left.replaceAll(name, ''), text);
  return signs.some((sign) => sign.test(said));
}

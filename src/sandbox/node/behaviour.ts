/**
 * What a container does, read from its image and its command, so that the same manifests mean the same to a real
 * kubelet: images that are not there, `exit 1`, `sleep 5`, a readiness probe that is `false` or waits. Pure.
 */
import type { Container, Pod } from './podSpec.js';

export interface Behaviour {
  /** False where the registry has no such image. */
  readonly imageExists: boolean;
  /** How long it runs before it ends, in ms; undefined: until it is stopped. */
  readonly runsForMs: number | undefined;
  readonly exitCode: number;
  /** How long it takes to become ready, in ms; undefined: it never does. */
  readonly readyAfterMs: number | undefined;
}

/** No registry has a name or a tag with `does-not-exist` or `no-such-image`. */
const missingImage = /does-not-exist|no-such-image/;

/** Annotations of a pod that make its containers do something else than their image and command would. */
export const PROVOKE = {
  /** `missing`: the image cannot be pulled. */
  image: 'sandbox.kapply.dev/image',
  /** How long its containers run before they end: `0s`, `1.5s`, `200ms`. */
  runsFor: 'sandbox.kapply.dev/runs-for',
  /** What they end with: anything but 0 is a crash. They end at once unless `runs-for` says otherwise. */
  exitCode: 'sandbox.kapply.dev/exit-code',
  /** How long they take to become ready, or `never`. */
  readyAfter: 'sandbox.kapply.dev/ready-after',
  /** What they write. */
  log: 'sandbox.kapply.dev/log',
} as const;

/** How a container behaves: what its pod says in annotations, otherwise what its command lets guess. */
export function behaviourOf(pod: Pod, container: Container, isInit: boolean): Behaviour {
  const annotations = pod.metadata.annotations ?? {};
  const script = [...(container.command ?? []), ...(container.args ?? [])].join(' ');
  const sleeps = /\bsleep (infinity|\d+(?:\.\d+)?)/.exec(script)?.[1];
  const exits = /\bexit (\d+)/.exec(script)?.[1];
  // A program without a command serves: it is the image's own, which may get flags. One with a command ends when that does.
  const isOwn = script === '' || (container.command === undefined && (container.args?.[0] ?? '').startsWith('-'));
  const isServer = isOwn && sleeps === undefined && exits === undefined;
  const policy = container.restartPolicy ?? (isInit ? 'Never' : (pod.spec.restartPolicy ?? 'Always'));
  const endless = sleeps === 'infinity' || (isServer && policy === 'Always');
  const probe = container.readinessProbe;
  const exitCode = annotations[PROVOKE.exitCode];
  const runsForMs =
    endless && exitCode === undefined ? undefined : 1000 * Number(sleeps === 'infinity' ? 0 : (sleeps ?? 0));
  const readyAfter = annotations[PROVOKE.readyAfter];
  const readyAfterMs =
    probe?.exec?.command?.join(' ') === 'false' ? undefined : 1000 * (probe?.initialDelaySeconds ?? 0);
  return {
    imageExists: !missingImage.test(container.image) && annotations[PROVOKE.image] !== 'missing',
    runsForMs: milliseconds(annotations[PROVOKE.runsFor]) ?? runsForMs,
    exitCode: Number(exitCode ?? (script === 'false' ? 1 : (exits ?? 0))),
    readyAfterMs: readyAfter === 'never' ? undefined : (milliseconds(readyAfter) ?? readyAfterMs),
  };
}

/** Reads `1.5s` or `200ms`; undefined for what is neither. */
function milliseconds(text: string | undefined): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s)$/.exec(text ?? '') ?? [];
  return number === undefined ? undefined : Number(number) * (unit === 's' ? 1000 : 1);
}

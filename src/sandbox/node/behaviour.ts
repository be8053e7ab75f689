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

/** No registry has a name or a tag with `does-not-exist`. */
const missingImage = /does-not-exist/;

export function behaviourOf(pod: Pod, container: Container, isInit: boolean): Behaviour {
  const script = [...(container.command ?? []), ...(container.args ?? [])].join(' ');
  const sleeps = /\bsleep (infinity|\d+(?:\.\d+)?)/.exec(script)?.[1];
  const exits = /\bexit (\d+)/.exec(script)?.[1];
  // A program without a command serves: it is the image's own. One with a command ends when the command does.
  const endless =
    sleeps === 'infinity' || (script === '' && !isInit && (pod.spec.restartPolicy ?? 'Always') === 'Always');
  const probe = container.readinessProbe;
  return {
    imageExists: !missingImage.test(container.image),
    runsForMs: endless ? undefined : 1000 * Number(sleeps ?? 0),
    exitCode: script === 'false' ? 1 : Number(exits ?? 0),
    readyAfterMs: probe?.exec?.command?.join(' ') === 'false' ? undefined : 1000 * (probe?.initialDelaySeconds ?? 0),
  };
}

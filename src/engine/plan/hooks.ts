/**
 * Hooks of Helm and of Argo CD: objects that those tools create at a moment of a release, and not with the rest. `helm
 * template` prints them like all else, so a rendered chart holds Jobs that wipe data before a delete, and Pods that test.
 */
import { inputError, type KapplyError } from '../../errors.js';
import { formatId, idOf, type KubeObject } from '../../objects/object.js';
import type { RenderedObject } from '../../objects/rendered.js';

const HELM_HOOK = 'helm.sh/hook';
const ARGO_HOOK = 'argocd.argoproj.io/hook';

/** The moments that a deploy has as well (helm.sh/docs/topics/charts_hooks; Argo CD, user guide, resource hooks). */
const OF_A_DEPLOY: readonly string[] = [
  ...['pre-install', 'post-install', 'pre-upgrade', 'post-upgrade'],
  ...['PreSync', 'Sync', 'PostSync'],
];

export interface Hook {
  readonly annotation: string;
  /** The moments, as they stand in the annotation. */
  readonly moments: readonly string[];
  /** True where one of them is a moment of a deploy: what the hook does would be missed. */
  readonly ofDeploy: boolean;
}

/** undefined for an ordinary object. Argo CD's annotation goes before Helm's, as in Argo CD. */
export function hookOf({ metadata }: KubeObject): Hook | undefined {
  for (const annotation of [ARGO_HOOK, HELM_HOOK]) {
    const text: unknown = metadata.annotations?.[annotation];
    if (typeof text !== 'string') continue;
    const moments = text
      .split(',')
      .map((moment) => moment.trim())
      .filter((moment) => moment !== '');
    return { annotation, moments, ofDeploy: moments.some((moment) => OF_A_DEPLOY.includes(moment)) };
  }
  return undefined;
}

/**
 * The ordinary objects, and a warning for each hook of another moment than a deploy (test, delete, rollback), which is
 * never applied.
 * @throws KapplyError (exit 2) `ChartHook` for hooks of an install or an upgrade: whether what they do was done is not known
 */
export function withoutHooks(rendered: readonly RenderedObject[]): {
  readonly objects: readonly RenderedObject[];
  readonly warnings: readonly string[];
} {
  const found = rendered.map((item) => ({ item, hook: hookOf(item.object) }));
  const missed = found.flatMap(({ item, hook }) => (hook?.ofDeploy === true ? [{ item, hook }] : []));
  if (missed.length > 0) throw refusal(missed);
  return {
    objects: found.flatMap(({ item, hook }) => (hook === undefined ? [item] : [])),
    warnings: found.flatMap(({ item, hook }) =>
      hook === undefined ? [] : [`${words(item.object, hook)}: a deploy does not apply it`],
    ),
  };
}

function refusal(missed: readonly { readonly item: RenderedObject; readonly hook: Hook }[]): KapplyError {
  const [first] = missed;
  const names = missed.map(({ item, hook }) => words(item.object, hook)).join('; ');
  return inputError('ChartHook', `${names}: kapply does not run hooks`, {
    ...(first !== undefined && { position: first.item.origin }),
    suggestions: [
      ...(missed.some(({ hook }) => hook.annotation === HELM_HOOK)
        ? [
            'Set "skipHooks: true" at the chart under helmCharts (helm template --no-hooks), and run what they do yourself.',
          ]
        : []),
      `Or take the annotation off with a patch, where it is to be applied like any other object.`,
    ],
  });
}

/** `Job/migrate is a hook (helm.sh/hook: post-upgrade)`. */
function words(object: KubeObject, { annotation, moments }: Hook): string {
  return `${formatId(idOf(object))} is a hook (${annotation}: ${moments.join(', ')})`;
}

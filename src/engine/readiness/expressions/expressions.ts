/** Rules of readiness that people write: CEL expressions over one object, as Flux' healthCheckExprs are. */

/** When an object of a kind is ready. Each expression is true or false; fields of the object are its variables. */
export interface ReadinessExpressions {
  /** '' for the core group. */
  readonly group: string;
  readonly kind: string;
  /** Asked first. */
  readonly inProgress?: string;
  readonly failed?: string;
  /** Asked last: what is not current is in progress. */
  readonly current: string;
  /** Where the rule was written, for people: `.kapply.yaml`, `annotations of Widget/a`. */
  readonly source: string;
}

/** A rule of the shipped table, which can say more. */
export interface ShippedRule extends ReadinessExpressions {
  /**
   * Asked after `failed`: it is as it should be although it is not ready, in a word and in a sentence for a warning.
   */
  readonly rests?: readonly Rest[];
  /** Asked after `rests`: something has to be changed, unless it passes within the time that a doomed pod has. */
  readonly failing?: string;
  /** Types of conditions that tell more than Ready does: their words are shown. */
  readonly speaks?: readonly string[];
}

/** When an object rests. */
export interface Rest {
  readonly when: string;
  readonly is: string;
  readonly says: string;
}

/** The annotations that hold expressions: on an object for itself, on its CustomResourceDefinition for its kind. */
export const READY_ANNOTATIONS = {
  current: 'kapply.dev/ready-when',
  failed: 'kapply.dev/failed-when',
  inProgress: 'kapply.dev/in-progress-when',
} as const;

type Annotations = Readonly<Record<string, string>> | undefined;

/** The rule that annotations give, or undefined where there is none. */
export function annotatedExpressions(
  annotations: Annotations,
  about: Pick<ReadinessExpressions, 'group' | 'kind' | 'source'>,
): ReadinessExpressions | undefined {
  const current = annotations?.[READY_ANNOTATIONS.current];
  if (current === undefined) return undefined;
  const failed = annotations?.[READY_ANNOTATIONS.failed];
  const inProgress = annotations?.[READY_ANNOTATIONS.inProgress];
  return {
    ...about,
    current,
    ...(failed !== undefined && { failed }),
    ...(inProgress !== undefined && { inProgress }),
  };
}

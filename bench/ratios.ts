/** What is wanted of a deploy beside its rivals, and what was measured of it. Pure. */

export const STEPS = ['first', 'unchanged', '1 in 10 changed'] as const;
export type Step = (typeof STEPS)[number];

/** What one tool took for one step, in the median. */
export interface Outcome {
  readonly objects: number;
  readonly roundTripMs: number;
  readonly step: Step;
  readonly tool: string;
  readonly seconds: number;
  /** Of these, waiting until everything runs: kapply does, its rivals here do not. */
  readonly rolloutSeconds: number;
  /** Of kapply, which counts them. */
  readonly requests: number | undefined;
  readonly cpuSeconds: number;
  readonly serverCpuSeconds: number;
  /** The highest of all rounds. */
  readonly peakMiB: number;
}

interface Wanted {
  readonly what: string;
  readonly wanted: string;
  /** What was measured, in words, and whether it is enough; undefined where it was not measured. */
  readonly of: (find: Find) => readonly [string, boolean] | undefined;
}

type Find = (objects: number, roundTripMs: number, step: Step, tool: string) => Outcome | undefined;

/** What a tool took without the rollout, for which only kapply waits. */
function applying({ seconds, rolloutSeconds }: Outcome): number {
  return seconds - rolloutSeconds;
}

const NOT_COUNTED = 'the rollout not counted';

/** kapply at least so many times as fast as a rival; of a first deploy the rollout is not counted. */
function timesAsFast(objects: number, roundTripMs: number, step: Step, rival: string, times: number): Wanted {
  const isFirst = step === 'first';
  return {
    what: `${step}, ${objects} objects, ${roundTripMs} ms${isFirst ? `, ${NOT_COUNTED}` : ''}`,
    wanted: `≥ ${times} times as fast as ${rival}`,
    of: (find) => {
      const own = find(objects, roundTripMs, step, 'kapply');
      const other = find(objects, roundTripMs, step, rival);
      if (own === undefined || other === undefined) return undefined;
      const whole = other.seconds / own.seconds;
      const found = isFirst ? other.seconds / applying(own) : whole;
      const words = isFirst ? `, ${whole.toFixed(1)} with it` : '';
      return [`${found.toFixed(1)} times${words}`, found >= times];
    },
  };
}

const FIRST_TO_SERVER: Wanted = {
  what: `first, 250 objects, 20 ms, ${NOT_COUNTED}`,
  wanted: '≤ 1.3 × (bare dry runs + bare applies) + 0.4 s',
  of: (find) => {
    const [own, dry, applied] = ['kapply', 'bare, dry', 'bare'].map((tool) => find(250, 20, 'first', tool));
    if (own === undefined || dry === undefined || applied === undefined) return undefined;
    const limit = 1.3 * (dry.seconds + applied.seconds) + 0.4;
    const found = applying(own);
    return [`${found.toFixed(2)} s of ${limit.toFixed(2)} s, ${own.seconds.toFixed(2)} s with it`, found <= limit];
  },
};

/** Requests of an unchanged redeploy grow with kinds and namespaces, not with objects; a long list has more pages. */
const REQUESTS: Wanted = {
  what: 'unchanged, 20 ms, requests',
  wanted: 'no more for 1,000 objects than for 250',
  of: (find) => {
    const [few, many] = [250, 1000].map((objects) => find(objects, 20, 'unchanged', 'kapply')?.requests);
    return few === undefined || many === undefined ? undefined : [`${few} and ${many}`, many <= few];
  },
};

function perObject(step: Step): Wanted {
  return {
    what: `${step}, 5,000 objects, 20 ms`,
    wanted: 'time per object ≤ 1.5 × that at 250; < 400 MiB',
    of: (find) => {
      const [few, many] = [250, 5000].map((objects) => find(objects, 20, step, 'kapply'));
      if (few === undefined || many === undefined) return undefined;
      const ratio = many.seconds / many.objects / (few.seconds / few.objects);
      return [`${ratio.toFixed(2)} ×, ${Math.round(many.peakMiB)} MiB`, ratio <= 1.5 && many.peakMiB < 400];
    },
  };
}

const WANTED: readonly Wanted[] = [
  timesAsFast(250, 20, 'unchanged', 'kubectl', 15),
  timesAsFast(250, 20, 'unchanged', 'kapp', 3),
  REQUESTS,
  timesAsFast(1000, 20, 'unchanged', 'kubectl', 40),
  timesAsFast(250, 0, 'unchanged', 'kubectl', 6),
  timesAsFast(250, 20, 'first', 'kubectl', 5),
  FIRST_TO_SERVER,
  timesAsFast(250, 20, '1 in 10 changed', 'ApplySet', 10),
  ...STEPS.map(perObject),
];

/** The table of what is wanted, as rows of Markdown. */
export function ratioRows(outcomes: readonly Outcome[]): string[] {
  const find: Find = (objects, roundTripMs, step, tool) =>
    outcomes.find(
      (one) => one.objects === objects && one.roundTripMs === roundTripMs && one.step === step && one.tool === tool,
    );
  const rows = WANTED.map(({ what, wanted, of }) => {
    const [found, isEnough] = of(find) ?? ['not measured', undefined];
    const mark = isEnough === undefined ? '' : isEnough ? 'yes' : 'no';
    return `| ${what} | ${wanted} | ${found} | ${mark} |`;
  });
  return ['| | wanted | measured | met |', '| --- | --- | --- | --- |', ...rows];
}

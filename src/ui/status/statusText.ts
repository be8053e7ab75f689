/** The status of a set as text: a line for each object, and below it what its pods run and what is wrong with them. */
import { formatId, keyOf } from '../../objects/object.js';
import type { Difference } from '../../engine/status/differences.js';
import type { ConfigUse, Outgoing, SetStatus, WorkloadState } from '../../engine/status/describeMembers.js';
import { areAcrossNamespaces } from '../acrossNamespaces.js';
import { wrapTo, padTo, widest } from '../columns.js';
import type { Style } from '../style.js';
import { cleanLine, harmless } from '../untrusted.js';

const GLYPHS: Readonly<Record<WorkloadState['status'], { readonly glyph: string; readonly paint: keyof Style }>> = {
  Current: { glyph: '✔', paint: 'good' },
  InProgress: { glyph: '◌', paint: 'changed' },
  Failed: { glyph: '✖', paint: 'bad' },
  Terminating: { glyph: '-', paint: 'removed' },
  NotFound: { glyph: '?', paint: 'bad' },
  Unknown: { glyph: '?', paint: 'warn' },
};

export interface StatusTextOptions {
  readonly style: Style;
  readonly width: number | undefined;
}

type Shown = Pick<SetStatus, 'objects' | 'stale'>;

/** The status of a set as a table. */
export function statusText(status: Shown, options: StatusTextOptions): string {
  if (status.objects.length === 0) return 'nothing found\n';
  return textOf([...statusBlocks(status, options).values()], options);
}

/** What is other than it was, each object with the time (ms since the epoch) at which it was seen. */
export function statusChangesText(
  before: Shown,
  status: Shown,
  { at, ...options }: StatusTextOptions & { readonly at: number },
): string {
  const { style } = options;
  const [old, now] = [statusBlocks(before, options), statusBlocks(status, options)];
  const time = style.faint(`${new Date(at).toISOString().slice(11, 19)}Z`);
  const changed = [...now].flatMap(([key, lines]) => (isEqual(lines, old.get(key)) ? [] : [lines]));
  const namespaced = areAcrossNamespaces(before.objects.map(({ id }) => id));
  const gone = [...harmless(before).objects, ...harmless(before).stale].flatMap(({ id }) =>
    now.has(keyOf(id)) ? [] : [[`${style.removed('- gone')}        ${formatId(id, namespaced)}`]],
  );
  const timed = [...changed, ...gone].map(([first = '', ...more]) => [
    `${time} ${first}`,
    ...more.map((line) => `          ${line}`),
  ]);
  return timed.length === 0 ? '' : textOf(timed, options);
}

function isEqual(lines: readonly string[], old: readonly string[] | undefined): boolean {
  return old !== undefined && lines.join('\n') === old.join('\n');
}

function textOf(blocks: readonly (readonly string[])[], { width }: StatusTextOptions): string {
  return `${blocks
    .flat()
    .map((line) => wrapTo(line, width))
    .join('\n')}\n`;
}

/** The lines of each object, and of each that is about to go, by key. */
function statusBlocks(status: Shown, { style }: StatusTextOptions): ReadonlyMap<string, readonly string[]> {
  const { objects, stale } = harmless(status);
  const namespaced = areAcrossNamespaces(objects.map(({ id }) => id));
  const names = widest(objects.map(({ id }) => formatId(id, namespaced)));
  const blocks = objects.map((object) => {
    const { glyph, paint } = GLYPHS[object.status];
    const head = `${style[paint](`${glyph} ${padTo(object.status, 11)}`)} ${padTo(formatId(object.id, namespaced), names)}  ${cleanLine(object.message)}`;
    return [keyOf(object.id), [head, ...details(object, style).map((line) => `              ${line}`)]] as const;
  });
  const leftovers = stale.flatMap((judgement) =>
    judgement.verdict === 'delete'
      ? [
          [
            keyOf(judgement.id),
            [
              `${style.removed('- outgoing  ')}  ${formatId(judgement.id, namespaced)}  ${cleanLine(outgoingWords(judgement))}`,
            ],
          ] as const,
        ]
      : [],
  );
  return new Map([...blocks, ...leftovers]);
}

function details({ configs, stalePods, drift }: WorkloadState, style: Style): string[] {
  return [
    ...configs.flatMap(({ kind, name, wanted, running }) => {
      return wanted === name ? [] : [style.faint(`${kind}/${wanted}: ${podWords(wanted, running)}`)];
    }),
    ...stalePods.map(({ pod, config, certain, startedAt, changedAt }) =>
      style.warn(
        `Pod/${pod} ${certain ? 'is' : 'may be'} stale: started ${startedAt}, before ${config} was changed ${changedAt}`,
      ),
    ),
    ...driftWords(drift).map((words) => style.changed(words)),
  ];
}

function podWords(wanted: string, running: ConfigUse['running']): string {
  if (running === null) return 'pods: unknown, they could not be listed';
  if (running.length === 0) return 'no pods';
  const revisions = running.map(({ name, pods }) => `${pods} on ${name === wanted ? 'the current one' : name}`);
  return `pods: ${revisions.join(', ')}`;
}

/** What a deploy would delete: in use is what a rollout is about to end. */
function outgoingWords({ inUseNow, reason }: Outgoing): string {
  return inUseNow === null
    ? `a deploy deletes it after the rollout: ${reason}`
    : `in use now by ${inUseNow}; goes when the rollout is done`;
}

/** Of one manager, so many paths are said. */
const MOST_PATHS = 5;

/** One line for each who changed something, and one for what the next deploy sets. */
function driftWords(drift: readonly Difference[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { path, why, manager, at } of drift) {
    const when = at === null ? '' : ` ${at}`;
    const who =
      why === 'changed'
        ? cleanLine(`changed by ${manager ?? ''}${when}`)
        : 'not deployed yet, or taken away by somebody';
    groups.set(who, [...(groups.get(who) ?? []), cleanLine(path)]);
  }
  return [...groups].map(([who, paths]) => {
    const more = paths.length > MOST_PATHS ? ` and ${paths.length - MOST_PATHS} more` : '';
    return `differs from the manifest, ${who}: ${paths.slice(0, MOST_PATHS).join(', ')}${more}`;
  });
}

/** The recorded deploys of a set as text: one line each, newest first. */
import { holderWords } from '../../engine/lock/activity.js';
import type { RecordedDeploys } from '../../engine/records/readDeploys.js';
import { isGood, type DeployRecord } from '../../engine/records/record.js';
import type { RecordState } from '../../engine/records/recorded.js';
import { padTo, widest, wrapTo } from '../columns.js';
import { formatAge } from '../duration.js';
import type { Paint, Style } from '../style.js';
import { cleanLine, harmless } from '../untrusted.js';

export interface DeploysTextOptions {
  readonly style: Style;
  readonly width: number | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const WORDS: Readonly<
  Record<RecordState, { readonly glyph: string; readonly word: string; readonly paint: keyof Style }>
> = {
  deployed: { glyph: '✔', word: 'deployed', paint: 'good' },
  applied: { glyph: '○', word: 'not awaited', paint: 'warn' },
  failed: { glyph: '✖', word: 'failed', paint: 'bad' },
  interrupted: { glyph: '✖', word: 'interrupted', paint: 'bad' },
  superseded: { glyph: '✖', word: 'superseded', paint: 'bad' },
};

/** The deploys as a table, under what the lock says of a run that is under way or was killed. */
export function deploysText(read: RecordedDeploys, { style, width, now }: DeploysTextOptions): string {
  const { records, holder, isUnrecorded } = harmless(read);
  const rows = records.map((record) => ({
    record,
    number: `#${record.number}`,
    age: formatAge(Math.max(0, now - Date.parse(record.at))),
    who: cleanLine(record.user ?? record.runner),
  }));
  const [numbers, ages, names] = [
    widest(rows.map(({ number }) => number)),
    widest(rows.map(({ age }) => age)),
    widest(rows.map(({ who }) => who)),
  ];
  const lines = rows.map(({ record, number, age, who }) => {
    const { glyph, word, paint } = WORDS[record.state];
    const colour: Paint = style[paint];
    const state = colour(padTo(`${glyph} ${word}`, 13));
    const about = style.faint(aboutOf(record, records));
    return wrapTo(`  ${padTo(number, numbers)}  ${state}  ${padTo(age, ages)}  ${padTo(who, names)}  ${about}`, width);
  });
  const under =
    holder !== undefined ? `a run holds the lock, or was killed with it: ${holderWords(holder, now)}` : undefined;
  const gone = isUnrecorded
    ? 'a run after the newest of these left no record: it was killed, or told to leave none'
    : undefined;
  const note = under ?? gone;
  return [...(note === undefined ? [] : [wrapTo(style.warn(`  ${cleanLine(note)}`), width)]), ...lines]
    .map((line) => `${line}\n`)
    .join('');
}

function aboutOf(record: DeployRecord, all: readonly DeployRecord[]): string {
  const { counts, commit, backTo, error } = record;
  const parts = [
    ...(backTo === undefined ? [] : [`back to #${backTo}`]),
    ...(commit === undefined ? [] : [commit.slice(0, 9)]),
    `+${counts.created} ~${counts.configured} =${counts.unchanged} -${counts.deleted}`,
    ...(record.state === 'deployed' && record.objects === 0 ? ['too large to go back to'] : []),
    ...(record === all.find(isGood) ? ['the last good one'] : []),
    ...(error === undefined ? [] : [cleanLine(error.message === '' ? error.code : error.message)]),
  ];
  return parts.join('  ');
}

/** The summary of a job on GitHub Actions: where it went, what failed and why, and a table of what changed. */
import type { Report } from '../../engine/run/report.js';
import { formatId } from '../../objects/object.js';
import { changeRows, planRows } from '../run/changeLines.js';
import { escapeMarkdown } from '../escapeMarkdown.js';
import { isAcrossNamespaces } from '../run/askedOfView.js';
import type { RunView } from '../run/runView.js';
import { makeStyle } from '../style.js';
import { targetText } from '../targetText.js';
import { neutralize } from '../writer.js';

/** GitHub drops a step's summary that is larger than a mebibyte, all of it. */
export const MOST_SUMMARY_BYTES = 1024 * 1024;
/** For the line that counts what was left out. */
const RESERVE_BYTES = 200;

export interface GithubSummaryOptions {
  readonly verb: string;
  /** What failed, each with its cause. */
  readonly failures: readonly { readonly title: string; readonly message: string }[];
  /** How many bytes there are yet. */
  readonly room: number;
}

/** Markdown in whole lines, no larger than there is room: what is left out is counted. '' where nothing fits. */
export function githubSummary(view: RunView, report: Report, { verb, failures, room }: GithubSummaryOptions): string {
  const { summary, target, warnings } = report;
  const rows = tableRows(view, report);
  const blocks: readonly (readonly string[])[] = [
    [`### kapply ${verb}: ${summary.result} (exit ${summary.exitCode})`, ''],
    view.target === undefined ? [] : [escapeMarkdown(targetText(view.target)), ''],
    summary.error === undefined ? [] : [`**${escapeMarkdown(summary.error.message)}**`, ''],
    failures.map(({ title, message }) => `- **${escapeMarkdown(title)}**: ${escapeMarkdown(message)}`),
    failures.length === 0 ? [] : [''],
    target.dryRun === null ? [] : [`Dry run (${target.dryRun}): nothing was changed.`, ''],
    rows.length > 0
      ? ['| object | state | |', '| --- | --- | --- |', ...rows, '']
      : [NOTHING[target.dryRun ?? ''] ?? '', ''],
    warnings.map((warning) => `- warning: ${escapeMarkdown(warning)}`),
    warnings.length === 0 ? [] : [''],
  ];
  return withinRoom(blocks.flat().map(neutralize), room);
}

const NOTHING: Readonly<Record<string, string>> = {
  '': 'Nothing changed.',
  client: 'Nothing would change.',
  server: 'Nothing would change.',
};

function tableRows(view: RunView, { target }: Report): string[] {
  const style = makeStyle(false);
  const namespaced = isAcrossNamespaces(view);
  const isPlan = target.dryRun !== null && view.plan !== undefined;
  const changes = isPlan && view.plan !== undefined ? planRows(view.plan, style) : changeRows(view, style);
  return changes.map(
    ({ glyph, id, state, more }) =>
      `| ${[`${glyph} ${formatId(id, namespaced)}`, state, more.join(', ')].map(escapeMarkdown).join(' | ')} |`,
  );
}

/** The lines that fit, in bytes of UTF-8. */
function withinRoom(lines: readonly string[], room: number): string {
  let left = room;
  const kept: string[] = [];
  for (const [index, line] of lines.entries()) {
    const size = Buffer.byteLength(line) + 1;
    const isLast = index === lines.length - 1;
    if (size > left - (isLast ? 0 : RESERVE_BYTES)) {
      const note = `\n${lines.length - index} more lines: see the log of the step.\n`;
      return Buffer.byteLength(note) > left
        ? kept.map((text) => `${text}\n`).join('')
        : `${kept.map((text) => `${text}\n`).join('')}${note}`;
    }
    left -= size;
    kept.push(line);
  }
  return kept.map((text) => `${text}\n`).join('');
}

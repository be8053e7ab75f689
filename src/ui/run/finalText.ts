import { EXIT } from '../../errors.js';
import { changeLines, planLines } from './changeLines.js';
import { closingLine, failureBlocks, firstCause, remainder } from './failureBlock.js';
import { wrapTo } from '../columns.js';
import type { FinalPart } from './finalPart.js';
import type { RunView } from './runView.js';
import type { Style } from '../style.js';
import { cleanLines } from '../untrusted.js';

/** What stands at the end of a run, after the lines of its phases: the objects, the warnings, the failures; for a terminal of `width`. */
export function finalText(view: RunView, report: FinalPart, verb: string, style: Style, width?: number): string {
  const failed = report.summary.exitCode !== EXIT.done;
  const isDryRun = report.target.dryRun !== null;
  const objects = isDryRun && view.plan !== undefined ? planLines(view.plan, view, style) : changeLines(view, style);
  const wrapped = (lines: readonly string[]): string[] => lines.map((line) => wrapTo(line, width));
  const controlled = view.plan?.controlled ?? 0;
  const counted =
    controlled > 0 ? [style.faint(`  ${controlled} more with the prune label, made by controllers: kept`)] : [];
  const dryRun = isDryRun && !failed ? [`Dry run (${report.target.dryRun}): nothing was changed.`] : [];
  const warnings = report.warnings.flatMap((warning) => {
    const [first = '', ...more] = cleanLines(warning);
    return [`${style.warn('warning:')} ${first}`, ...more.map((line) => `  ${line}`)];
  });
  const rest = remainder(view);
  const failure = failed
    ? [
        ...failureBlocks(view, style, width),
        ...wrapped([
          ...rest,
          ...firstCause(view),
          ...suggestions(view),
          closingLine(report, { phases: view.phases, rest }, verb, style),
        ]),
      ]
    : [];
  return [wrapped([...objects, ...counted]), dryRun, wrapped(warnings), failure]
    .filter((block) => block.length > 0)
    .map((block) => `${block.join('\n')}\n`)
    .join('\n');
}

function suggestions(view: RunView): string[] {
  return (view.stopped?.failure.suggestions ?? []).flatMap(cleanLines).map((line) => `  try: ${line}`);
}

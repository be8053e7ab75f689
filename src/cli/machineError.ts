/** With `-o json`, `-o yaml` and `-o ndjson`, stdout is for a machine also where a command ends before it began: a misspelt flag, no cluster. */
import { hideSecrets } from '../objects/masks.js';
import { makeJsonReporter } from '../ui/reporters/jsonReporter.js';
import { makeNdjsonReporter } from '../ui/reporters/ndjsonReporter.js';
import { documentWriter, isDocument, type DocumentOutput } from './documents/documentText.js';
import { failedReport } from './failedReport.js';
import type { CommandIo } from './io.js';

type MachineOutput = DocumentOutput | 'ndjson';

/** Writes the document, or the stream, of a command that ended with this error. */
export async function writeMachineError(
  error: unknown,
  output: MachineOutput,
  io: CommandIo,
  version: string,
): Promise<void> {
  const report = hideSecrets(failedReport(error, { ms: 0, warnings: io.warned }), io.masks);
  const write = (text: string): void => void io.stdout.write(text);
  const reporter =
    output === 'ndjson'
      ? makeNdjsonReporter({ write, version, now: io.now })
      : makeJsonReporter(write, async (whole) => (await documentWriter(output))(whole));
  const { error: failure, exitCode } = report.summary;
  if (failure !== undefined) reporter.emit({ type: 'stopped', failure, exitCode, at: io.now() });
  await reporter.finish(report);
}

/** What a command line asks for, read without its parser: that may be what failed. `render -o` names a file. */
export function machineOutputOf(argv: readonly string[], io: CommandIo): MachineOutput | undefined {
  if (argv[0] === 'render') return undefined;
  const given = argv.flatMap((word, index) => {
    const [, value] = /^(?:--output=|-o=?)(.+)$/.exec(word) ?? [];
    return value ?? (word === '-o' || word === '--output' ? [argv[index + 1] ?? ''] : []);
  });
  const output = given.at(-1) ?? io.env.KAPPLY_OUTPUT;
  return isDocument(output) || output === 'ndjson' ? output : undefined;
}

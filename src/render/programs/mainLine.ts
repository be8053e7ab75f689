/** Of what a program said on its stderr, the line that says what went wrong: `fatal: …` of git, `Error: …` of helm, else the last. */
export function mainLine(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  return lines.find((line) => /^(?:fatal|error): /i.test(line)) ?? lines.findLast((line) => line !== '') ?? '';
}

/**
 * What can be held of the tree itself: no file name twice in a room, and no citation of what is not there (a page, a
 * decision, an issue of some tracker). Prints what is wrong, and exits 1.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root })
  .toString()
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(root, file)));
const decisions = files.flatMap((file) => /^docs\/decisions\/(\d{4})-/.exec(file)?.[1] ?? []);

/** Two files of one name in a room: an import does not say which is meant. */
function namesTwice() {
  /** @type {Map<string, string[]>} */
  const places = new Map();
  for (const file of files.filter((name) => /^src\/\w+\/.*\.ts$/.test(name))) {
    const name = `${file.split('/')[1] ?? ''}/${basename(file)}`;
    places.set(name, [...(places.get(name) ?? []), file]);
  }
  return [...places.values()]
    .filter((same) => same.length > 1)
    .map((same) => `one name in one room: ${same.join(', ')}`);
}

/** @param {string} file @param {string} line @returns {string[]} */
function citationsOfAbsent(file, line) {
  // Code may hold the name of any file: only what is said counts.
  const words = file.endsWith('.md') ? line : (/(?:^|\s)(?:\/\/|\/?\*).*$/.exec(line)?.[0] ?? '');
  const pages = [...words.matchAll(/(?<![\w/.:-])(?:\.{0,2}\/)?(?:[\w-]+\/)*[\w-]+\.md\b/g)].map(([page]) => page);
  const absent = pages.filter(
    (page) => ![dirname(file), '.', 'docs', 'test/golden'].some((folder) => existsSync(join(root, folder, page))),
  );
  const numbers = [...words.matchAll(/\b(?:docs\/decisions\/|[Dd]ecision )(\d{4})\b/g)].map(
    ([, number = '']) => number,
  );
  return [
    ...absent,
    ...numbers.filter((number) => !decisions.includes(number)).map((number) => `decision ${number}`),
    ...(/\bIssue \d+\b/.exec(words) ?? []),
  ];
}

const problems = namesTwice();
for (const file of files.filter((name) => /^(src|test|e2e|bench|scripts)\/.*\.(ts|js)$|\.md$/.test(name))) {
  if (/\/fixtures\//.test(file)) continue;
  for (const [index, line] of readFileSync(join(root, file), 'utf8').split('\n').entries()) {
    for (const cited of citationsOfAbsent(file, line))
      problems.push(`${file}:${index + 1} cites ${cited}, which is not here`);
  }
}
if (problems.length > 0) {
  console.log(problems.join('\n'));
  process.exitCode = 1;
}

/**
 * What can be held of the tree itself: plain file names; every file in a room, and every room in docs/architecture.md with what it may use; no
 * file name twice in a room; no citation of what is not there (a page, a decision, an issue of some tracker). Prints what is
 * wrong, and exits 1.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rooms } from '../.dependency-cruiser.js';

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

/** Decisions are cited by their numbers: the heading says the file's own. */
function untitledDecisions() {
  return files.flatMap((file) => {
    const number = /^docs\/decisions\/(\d{4})-/.exec(file)?.[1];
    if (number === undefined) return [];
    const wanted = `# ${Number(number)}. `;
    return readFileSync(join(root, file), 'utf8').startsWith(wanted)
      ? []
      : [`${file} does not begin with "${wanted}TITLE"`];
  });
}

/** A slip in a shell makes files whose names are code; git wraps names in quotes that it cannot print. */
const oddNames = () =>
  files.filter((file) => !/^[\w./@+-]+$/.test(file)).map((file) => `${file}: a file name of other characters`);

/** What stands above the rooms: the two ways in, the process that they share, and the errors of all. */
const ABOVE_ROOMS = ['dispatch', 'errors', 'index', 'main', 'runner'].map((name) => `src/${name}.ts`);

/** Files outside of the rooms and, in the engine, outside of its folders; tests of a folder that is not there. */
function strays() {
  const sources = files.filter((file) => /^src\/.*\.ts$/.test(file));
  const folders = new Set(sources.map((file) => dirname(file)));
  const homeless = sources.filter((file) => {
    const [, room = '', ...rest] = file.split('/');
    if (rest.length === 0) return !ABOVE_ROOMS.includes(file);
    return !Object.hasOwn(rooms, room) || (room === 'engine' && rest.length < 2);
  });
  const orphans = files.filter((file) => {
    const folder = dirname(file).replace(/^test\//, 'src/');
    return (
      /^test\/\w+\/.*\.test\.ts$/.test(file) && Object.hasOwn(rooms, file.split('/')[1] ?? '') && !folders.has(folder)
    );
  });
  return [
    ...homeless.map((file) => `${file} stands in no room`),
    ...orphans.map((file) => `${file} tests a folder that src has not`),
  ];
}

/** Where docs/architecture.md names other rooms, other arrows, or other folders of the engine than there are. */
function untrueTables() {
  const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const told = new Map(
    rows.flatMap(([, name, , may = '']) => (/^`src\/\w+\/`$/.test(name ?? '') ? [[name?.slice(5, -2), may]] : [])),
  );
  const problems = Object.entries(rooms).flatMap(([room, may]) => {
    const words = told.get(room);
    if (words === undefined) return [`docs/architecture.md has no row for src/${room}/`];
    if (words.includes('all of these')) return [];
    const named = (words.match(/\w+/g) ?? []).filter((word) => Object.hasOwn(rooms, word)).sort();
    return named.join() === [...may].sort().join()
      ? []
      : [`docs/architecture.md: src/${room}/ may use ${may.join(', ') || 'nothing'}`];
  });
  const engine = new Set(files.flatMap((file) => /^src\/engine\/(\w+)\//.exec(file)?.[1] ?? []));
  const named = new Set(
    rows.flatMap(([, name = '']) => [...name.matchAll(/`(\w+)\/`/g)].map(([, folder = '']) => folder)),
  );
  return [
    ...problems,
    ...[...engine]
      .filter((folder) => !named.has(folder))
      .map((folder) => `docs/architecture.md has no row for engine/${folder}/`),
    ...[...named]
      .filter((folder) => !engine.has(folder))
      .map((folder) => `docs/architecture.md has a row for ${folder}/, which is not here`),
  ];
}

/** Files and folders of the tree that a text names: `openToRead.ts`, `src/render/go`, `test/ui/screen.ts`. */
const placesIn = (/** @type {string} */ text) =>
  (text.match(/(?<![\w/.@:-])(?:[\w./-]*\w\.ts(?!\w)|(?:src|test|e2e|scripts|bench)\/[\w./-]*\w)/g) ?? []).filter(
    // What was built is in no repository, and NAME stands for any.
    (place) => !/\/\.bin\/|[A-Z]{4}$/.test(place),
  );

const sourceFolders = new Set(
  files.filter((file) => file.startsWith('src/')).flatMap((file) => dirname(file).split('/')),
);

/** Sources that a text names without their room or their ending: `apply/removeFirst`. What begins with another word is no path. */
const shortPlacesIn = (/** @type {string} */ text) =>
  (text.match(/(?<![\w/.:@<-])[a-z]\w*(?:\/[a-zA-Z]\w*)+(?![\w/*.-])/g) ?? []).filter((place) =>
    sourceFolders.has(place.split('/')[0] ?? ''),
  );

/** Whether there is such a file, whatever folder it names and with or without its ending, or such a folder. */
const isHere = (/** @type {string} */ place) =>
  files.some((file) => {
    const tail = `/${file}`.replace(/(?:\.test)?\.ts$/, '');
    return tail.endsWith(`/${place.replace(/(?:\.test)?\.ts$/, '')}`) || file === place || tail.includes(`/${place}/`);
  });

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
    ...[...placesIn(words), ...shortPlacesIn(words)].filter((place) => !isHere(place)),
    ...numbers.filter((number) => !decisions.includes(number)).map((number) => `decision ${number}`),
    ...(/\bIssue \d+\b/.exec(words) ?? []),
  ];
}

const problems = [...oddNames(), ...namesTwice(), ...strays(), ...untitledDecisions(), ...untrueTables()];
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

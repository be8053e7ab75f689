/**
 * Each room of src/ keeps the coverage that it has, minus a little for what depends on the machine and on luck. Reads
 * what c8 wrote, and exits 1 for a room below its floor. `--print` tells what every room has.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Percent of the lines and of the branches; types count as lines that nobody runs. Two runs of the same tree differ by up to two and a half,
 * so that each floor is that much below what was measured. Raise one that has become too low; never lower one for a change.
 * @type {Readonly<Record<string, readonly [lines: number, branches: number]>>}
 */
const FLOORS = {
  // Of its 120 branches a sixth is the transpiler's (each `await import`), and counts as never taken: another test can lower the share.
  '.': [85, 70],
  cli: [87, 80],
  cluster: [78, 80],
  commands: [94, 73],
  engine: [76, 83],
  files: [67, 79],
  net: [79, 84],
  objects: [81, 82],
  patch: [78, 82],
  render: [71, 83],
  sandbox: [74, 77],
  start: [95, 92],
  ui: [82, 85],
};

/** @typedef {{ lines: number, linesHit: number, branches: number, branchesHit: number }} Counts */

/** The counts of each room: `LF:`, `LH:`, `BRF:` and `BRH:` of its files. @param {string} lcov @returns {Map<string, Counts>} */
function countsByRoom(lcov) {
  const rooms = new Map();
  for (const record of lcov.split('end_of_record')) {
    const [, path = ''] = /^SF:(.*)$/m.exec(record) ?? [];
    const [, room = '.'] = /(?:^|\/)src\/(\w+)\//.exec(path) ?? [];
    if (path === '') continue;
    const count = (/** @type {string} */ field) => Number(new RegExp(`^${field}:(\\d+)$`, 'm').exec(record)?.[1] ?? 0);
    /** @type {Counts} */
    const { lines, linesHit, branches, branchesHit } = rooms.get(room) ?? {
      lines: 0,
      linesHit: 0,
      branches: 0,
      branchesHit: 0,
    };
    rooms.set(room, {
      lines: lines + count('LF'),
      linesHit: linesHit + count('LH'),
      branches: branches + count('BRF'),
      branchesHit: branchesHit + count('BRH'),
    });
  }
  return rooms;
}

const file = process.env.LCOV ?? fileURLToPath(new URL('../coverage/lcov.info', import.meta.url));
const problems = [];
for (const [room, { lines, linesHit, branches, branchesHit }] of countsByRoom(readFileSync(file, 'utf8'))) {
  const has = [(100 * linesHit) / lines, (100 * branchesHit) / branches];
  const floor = FLOORS[room];
  if (process.argv.includes('--print')) console.log(room, ...has.map((percent) => percent.toFixed(1)));
  if (floor === undefined) problems.push(`src/${room} has no floor in scripts/checkCoverage.js`);
  else if (has[0] < floor[0])
    problems.push(`src/${room}: ${has[0].toFixed(1)}% of the lines, its floor is ${floor[0]}%`);
  else if (has[1] < floor[1])
    problems.push(`src/${room}: ${has[1].toFixed(1)}% of the branches, its floor is ${floor[1]}%`);
}
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
}

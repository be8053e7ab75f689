/**
 * kapply(1), from what help is made of: summaries, descriptions, flags and examples of every command, and the exit codes of
 * docs/output.md. Pure, without a date: the same sources make the same bytes.
 */

/** One page in the language of man(7). @type {typeof import('./manPage.js').manPage} */
export function manPage(commands, codes, version) {
  const shown = Object.entries(commands)
    .filter(([, { hidden }]) => hidden !== true)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `${[
    `.TH KAPPLY 1 "" "kapply ${version}" "kapply"`,
    '.SH NAME',
    roffText('kapply - prune-aware deploys for Kubernetes'),
    '.SH SYNOPSIS',
    '.B kapply',
    roffText('COMMAND [flags]'),
    '.SH DESCRIPTION',
    roffText('Renders, applies, waits, then deletes only what nothing uses any more.'),
    '.SH COMMANDS',
    ...shown.flatMap(([name, command]) => commandLines(name, command)),
    '.SH EXIT STATUS',
    ...codes.flatMap(({ code, meaning }) => ['.TP', `.B ${roffText(code)}`, roffText(meaning)]),
    '.SH SEE ALSO',
    '.BR kubectl (1)',
  ].join('\n')}\n`;
}

/** @param {string} name @param {import('./manPage.js').ManCommand} command @returns {string[]} */
function commandLines(name, { summary = '', description = '', args = {}, examples = [], flags }) {
  const words = Object.keys(args).map((arg) => ` [${arg.toUpperCase()}]`);
  return [
    `.SS "${roffText(`kapply ${name}${words.join('')} [flags]`)}"`,
    roffText(named(summary)),
    ...named(description)
      .split(/\n\s*\n/)
      .filter((part) => part.trim() !== '')
      .flatMap((part) => ['.PP', roffText(part)]),
    ...Object.entries(args).flatMap(([arg, { description: text = '' }]) => [
      '.TP',
      `.I ${roffText(arg.toUpperCase())}`,
      roffText(text),
    ]),
    ...Object.entries(flags)
      .filter(([, { hidden }]) => hidden !== true)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([flag, facts]) => ['.TP', `.B ${roffText(flagHead(flag, facts))}`, roffText(flagText(facts))]),
    ...examples.flatMap((example) =>
      typeof example === 'string'
        ? []
        : [
            '.PP',
            roffText(`${named(example.description)}:`),
            '.PP',
            '.RS 4',
            '.EX',
            ...exampleLines(example),
            '.EE',
            '.RE',
          ],
    ),
  ];
}

/** @param {{ readonly command: string }} example */
function exampleLines({ command }) {
  return named(command).split('\n').map(roffLine);
}

/** @param {string} name @param {import('./manPage.js').ManFlag} flag */
function flagHead(name, { char, type, allowNo, multiple, helpValue }) {
  const letter = char === undefined ? '' : `-${char}, `;
  const value = type === 'option' ? ` ${typeof helpValue === 'string' ? helpValue : 'VALUE'}` : '';
  return `${letter}--${allowNo === true ? '[no-]' : ''}${name}${value}${value !== '' && multiple === true ? '...' : ''}`;
}

/** @param {import('./manPage.js').ManFlag} flag */
function flagText({ description = '', options = [], type, default: usual, allowNo }) {
  return [
    named(description),
    ...(options.length > 0 ? [`One of ${options.join(', ')}.`] : []),
    ...(type === 'option' && (typeof usual === 'string' || typeof usual === 'number') ? [`Default ${usual}.`] : []),
    ...(allowNo === true && usual === true ? ['Default true.'] : []),
  ].join(' ');
}

/** oclif's templates name the program. @param {string} text */
function named(text) {
  return text.replaceAll('<%= config.bin %>', 'kapply');
}

/** The rows of the table under "Exit codes" in docs/output.md. @type {typeof import('./manPage.js').exitCodes} */
export function exitCodes(markdown) {
  const [, section = ''] = /^## Exit codes\n([\s\S]*?)(?=^## )/m.exec(markdown) ?? [];
  return [...section.matchAll(/^\| (\d[\d, ]*?) *\| (.+?) *\|$/gm)].map(([, code = '', meaning = '']) => ({
    code,
    meaning: meaning.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', ''),
  }));
}

/** A paragraph, on one line. @type {typeof import('./manPage.js').roffText} */
export function roffText(text) {
  return roffLine(text.trim().replace(/\s+/g, ' '));
}

/**
 * What roff reads as itself: no request at the beginning of a line, no escape, quotation marks that end no argument, and
 * hyphens that can be copied into a shell.
 * @param {string} line
 */
function roffLine(line) {
  const escaped = line
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('"', '\\(dq')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replace(
      /[^\0-\x7f]/gu,
      (character) => `\\[u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
    );
  return escaped.startsWith('.') ? `\\&${escaped}` : escaped;
}

/**
 * What scripts rely on: commands, flags with their letters, values and defaults, exit codes, and the fields of every document. A change of
 * any of it is a change of the contract: UPDATE_GOLDEN=1 writes test/golden/surface.txt anew, and CHANGELOG.md says so.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '../src/commands/all.js';
import { BaseCommand } from '../src/cli/baseCommand.js';
import { EXIT } from '../src/errors.js';
import { SCHEMAS } from './schemas.js';
import { assertGolden } from './ui/golden.js';

interface Flag {
  readonly type: string;
  readonly char?: string;
  readonly options?: readonly string[];
  readonly default?: string | boolean | number;
  readonly multiple?: boolean;
  readonly allowNo?: boolean;
  readonly hidden?: boolean;
}

function flagLine(name: string, flag: Flag): string {
  return [
    `  --${flag.allowNo === true ? '[no-]' : ''}${name}`,
    ...(flag.char === undefined ? [] : [`-${flag.char}`]),
    ...(flag.type === 'boolean' ? [] : [flag.options === undefined ? 'VALUE' : flag.options.join('|')]),
    ...(flag.multiple === true ? ['repeatable'] : []),
    ...(flag.default === undefined || flag.default === false ? [] : [`default ${String(flag.default)}`]),
    ...(flag.hidden === true ? ['hidden'] : []),
  ].join(' ');
}

/** The paths of all fields of a schema, with their types: a description may be worded anew. */
function fieldsOf(schema: unknown, path: string): string[] {
  if (schema === null || typeof schema !== 'object') return [];
  const {
    properties,
    items,
    $defs,
    $ref,
    type,
    enum: values,
    const: constant,
    required,
  } = schema as Record<string, unknown>;
  const own = $ref ?? constant ?? (values === undefined ? type : (values as unknown[]).join('|'));
  const must = new Set(required as string[] | undefined);
  const below = (part: unknown, mark: (name: string) => string): string[] =>
    Object.entries(part ?? {}).flatMap(([name, inner]) => fieldsOf(inner, mark(name)));
  return [
    `  ${path} ${JSON.stringify(own)}`,
    ...below(properties, (name) => `${path}.${name}${must.has(name) ? '' : '?'}`),
    ...fieldsOf(items, `${path}[]`),
    ...below($defs, (name) => `${path}#${name}`),
  ];
}

function surface(): string {
  const commands = Object.entries(COMMANDS).flatMap(([name, command]) => [
    `kapply ${name}`,
    ...Object.entries({ ...BaseCommand.baseFlags, ...(command as unknown as typeof BaseCommand).flags } as Record<
      string,
      Flag
    >)
      .map(([flag, shape]) => flagLine(flag, shape))
      .sort(),
  ]);
  const exits = Object.entries(EXIT).map(([name, code]) => `  ${code} ${name}`);
  const schemas = readdirSync(SCHEMAS).flatMap((file) => [
    file,
    ...fieldsOf(JSON.parse(readFileSync(join(SCHEMAS, file), 'utf8')), ''),
  ]);
  return `${[...commands, 'exit codes', ...exits, ...schemas].join('\n')}\n`;
}

describe('what scripts rely on', () => {
  it('is as test/golden/surface.txt has it', () => assertGolden('surface.txt', surface()));
});

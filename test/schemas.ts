/**
 * Everything that a run prints for machines, held against the published schemas. Readers are told to ignore what they do not
 * know; here a field that no schema has is an error, so that none comes unannounced.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

export const SCHEMAS = join(import.meta.dirname, '../docs/schemas');
const BASE = 'https://kapply.dev/schemas/v1/';
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

let loaded: Ajv2020 | undefined;

function schemas(): Ajv2020 {
  if (loaded !== undefined) return loaded;
  loaded = new Ajv2020({ allErrors: true, strictTypes: false, formats: { 'date-time': DATE_TIME } });
  for (const file of readdirSync(SCHEMAS)) {
    const text = readFileSync(join(SCHEMAS, file), 'utf8');
    loaded.addSchema(closed(JSON.parse(text)) as object);
  }
  return loaded;
}

/** The same schema, in which an object has no other fields than those that are said. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (schema === null || typeof schema !== 'object') return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return 'properties' in schema &&
    schema.properties !== null &&
    typeof schema.properties === 'object' &&
    'type' in schema
    ? { additionalProperties: false, ...inner }
    : inner;
}

/** @param name `run`, or a part of a schema: `event#/$defs/status` */
export function assertFits(name: string, value: unknown): void {
  const [file = '', part = ''] = name.split('#');
  const validate = schemas().getSchema(`${BASE}${file}.json${part === '' ? '' : `#${part}`}`) as
    ValidateFunction | undefined;
  assert.ok(validate, `docs/schemas has no ${name}`);
  assert.ok(validate(value), `not as ${name} says: ${schemas().errorsText(validate.errors)}\n${JSON.stringify(value)}`);
}

/** The schema of a command's document: those of all commands that failed before they began are alike. */
function documentOf(value: object, command: string): string {
  if ('summary' in value) return 'run';
  if (command === 'history' && 'deploys' in value) return 'deploys';
  if (command === 'uses') return 'families' in value ? 'unused' : 'uses';
  return command;
}

function assertEvents(text: string): void {
  const lines = text.split('\n').filter((line) => line !== '');
  for (const [index, line] of lines.entries()) {
    const event = JSON.parse(line) as { readonly type: string; readonly seq: number };
    assertFits(`event#/$defs/${event.type}`, event);
    assert.equal(event.seq, index, 'a gap in seq');
  }
}

/** Checks what a command line printed for machines, if it did. */
export function assertMachineOutput(argv: readonly string[], stdout: string, cwd: string): void {
  const { output, eventsFile } = asked(argv);
  if (
    (output === 'json' || (output === 'yaml' && !argv.includes('--watch'))) &&
    stdout !== '' &&
    argv[0] !== 'render'
  ) {
    const document = (output === 'json' ? JSON.parse(stdout) : parse(stdout)) as object;
    assertFits(documentOf(document, argv[0] ?? ''), document);
  }
  if (output === 'ndjson') assertEvents(stdout);
  if (eventsFile !== undefined && existsSync(resolve(cwd, eventsFile))) {
    assertEvents(readFileSync(resolve(cwd, eventsFile), 'utf8'));
  }
}

function asked(argv: readonly string[]): { readonly output?: string; readonly eventsFile?: string } {
  const valueOf = (...names: readonly string[]): string | undefined =>
    argv
      .flatMap((word, index) =>
        names.flatMap((name) => {
          if (word === name) return argv[index + 1] ?? [];
          return word.startsWith(`${name}=`) ? word.slice(name.length + 1) : [];
        }),
      )
      .at(-1);
  const output = valueOf('-o', '--output');
  const eventsFile = valueOf('--events-file');
  return { ...(output !== undefined && { output }), ...(eventsFile !== undefined && { eventsFile }) };
}

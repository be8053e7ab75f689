import assert from 'node:assert/strict';
import { RESULTS } from '../src/engine/run/foldReport.js';
import { EXIT } from '../src/errors.js';
import { makeNdjsonReporter } from '../src/ui/reporters/ndjsonReporter.js';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertFits, assertMachineOutput, SCHEMAS } from './schemas.js';
import { failedRun, successfulRun } from './ui/recordedRuns.js';

interface Schema {
  readonly $defs: Readonly<
    Record<string, { readonly properties: Readonly<Record<string, { readonly enum: readonly unknown[] }>> }>
  >;
}

function read(name: string): Schema {
  return JSON.parse(readFileSync(join(SCHEMAS, `${name}.json`), 'utf8')) as Schema;
}

/** The paths of objects of which a schema does not say what they hold: there, tests would let everything pass. */
function untold(schema: unknown, path: string): string[] {
  if (schema === null || typeof schema !== 'object') return [];
  const { type, properties, additionalProperties } = schema as Record<string, unknown>;
  const isObject = type === 'object' || (Array.isArray(type) && type.includes('object'));
  const holds = properties !== undefined || typeof additionalProperties === 'object';
  return [
    ...((isObject && !holds) || typeof additionalProperties === 'boolean' ? [path] : []),
    ...Object.entries(schema).flatMap(([key, inner]) => untold(inner, `${path}.${key}`)),
  ];
}

describe('docs/schemas', () => {
  for (const [name, run] of Object.entries({ successfulRun, failedRun })) {
    it(`describes the document and the events of a real run: ${name}`, async () => {
      const { events, report } = run();
      assertFits('run', report);
      let text = '';
      const reporter = makeNdjsonReporter({ write: (line) => (text += line), version: '1', now: () => 0 });
      for (const event of events) reporter.emit(event);
      await reporter.finish(report);
      assertMachineOutput(['deploy', '-o', 'ndjson'], text, '.');
    });
  }

  it('names every exit code and every result', () => {
    const { properties } = read('common').$defs.summary ?? assert.fail();
    assert.deepEqual(properties.exitCode?.enum, Object.values(EXIT));
    const done = ['deployed', 'deleted', 'pruned', 'planned'];
    assert.deepEqual(properties.result?.enum, [...new Set([...done, ...Object.values(RESULTS)])]);
  });

  it('say what is inside of every object', () => {
    const found = readdirSync(SCHEMAS).flatMap((file) => untold(read(file.replace(/\.json$/, '')), file));
    const changes = 'plan.json.properties.changes.items.properties';
    assert.deepEqual(found, [
      // One of those that its $defs tell of.
      'event.json',
      // Objects of Kubernetes, which have the fields that their kinds have.
      'plan.json.properties.objects.items.properties.manifest',
      `${changes}.live.oneOf.1.properties.object`,
      `${changes}.after.oneOf.1`,
      `${changes}.replaced`,
      // They differ by rule, and are for the kapply that reads the plan.
      'plan.json.properties.prune.items.properties.facts',
    ]);
  });

  it('refuses here what no schema has', () => {
    const error = { code: 'X', message: '', suggestions: [] };
    assert.throws(() => assertFits('common#/$defs/error', { ...error, code: 1 }), /must be string/);
    assert.throws(
      () => assertFits('common#/$defs/error', { ...error, code: 'Good', more: 1 }),
      /additional properties/,
    );
  });
});

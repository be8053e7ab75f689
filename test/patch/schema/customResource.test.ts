import assert from 'node:assert/strict';
import { kubernetesSchema } from '../../../src/patch/schema/builtinTables.js';
import { withCustomResource } from '../../../src/patch/schema/customResource.js';
import { fieldSchema, isNamespaced, schemaFor } from '../../../src/patch/schema/schemaTable.js';

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    names: { kind: 'Widget', plural: 'widgets' },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1',
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: {
                  size: { 'x-kubernetes-int-or-string': true },
                  parts: {
                    type: 'array',
                    'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['name'],
                    items: { type: 'object', properties: { name: { type: 'string', default: 'main' } } },
                  },
                  free: {
                    type: 'object',
                    'x-kubernetes-preserve-unknown-fields': true,
                    properties: { inner: { type: 'object', properties: { x: { type: 'string' } } } },
                  },
                  template: { type: 'object', 'x-kubernetes-embedded-resource': true },
                },
              },
            },
          },
        },
      },
      { name: 'v1alpha1' },
    ],
  },
};

describe('withCustomResource', () => {
  it('adds the kinds of a definition', async () => {
    const table = withCustomResource(await kubernetesSchema(), definition);
    const type = { apiVersion: 'example.com/v1', kind: 'Widget' };
    assert.equal(isNamespaced(table, type), true);
    const widget = schemaFor(table, type)!;
    const metadata = fieldSchema(table, widget, 'metadata')!;
    assert.equal(fieldSchema(table, metadata, 'finalizers')?.listType, 'set');
    const spec = fieldSchema(table, widget, 'spec')!;
    assert.deepEqual(fieldSchema(table, spec, 'size'), { intOrString: true });
    const parts = fieldSchema(table, spec, 'parts');
    assert.deepEqual([parts?.listType, parts?.listKeys], ['map', ['name']]);
    const free = fieldSchema(table, spec, 'free')!;
    assert.equal(free.preserveUnknownFields, true);
    const inner = fieldSchema(table, free, 'inner');
    assert.deepEqual([inner?.preserveUnknownFields, inner?.mergesUnknownFields], [undefined, true]);
    assert.equal(spec.mergesUnknownFields, undefined);
    const template = fieldSchema(table, spec, 'template')!;
    assert.ok(fieldSchema(table, fieldSchema(table, template, 'metadata')!, 'labels'));
    assert.ok(schemaFor(table, { apiVersion: 'v1', kind: 'Pod' }), 'the built-in kinds are still there');
  });

  it('accepts anything where a version has no schema', async () => {
    const table = withCustomResource(await kubernetesSchema(), definition);
    const widget = schemaFor(table, { apiVersion: 'example.com/v1alpha1', kind: 'Widget' });
    assert.equal(widget?.preserveUnknownFields, true);
  });
});

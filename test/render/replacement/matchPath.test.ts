import assert from 'node:assert/strict';
import { renderText } from '../../../src/render/render.js';
import { withFiles } from '../oracle.js';

const WIDGET =
  'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec:\n  hooks: [{name: a}]\n  tags: []\n';

/** kustomize v5.8.2 never ends on these: the pattern does not match the item that it makes, and so it makes another one. */
const endless = [
  'spec.hooks.[name=a.$(ns).svc].value',
  'spec.tags.[=a+b]',
  'spec.tags.[=(x)y]',
  'spec.hooks.[name=^$].v',
];

describe('an item that a replacement creates', () => {
  for (const path of endless) {
    it(`is refused where its own pattern does not match it: ${path}`, () => {
      const kustomization = `resources: [w.yaml]
replacements:
- sourceValue: x
  targets:
  - select: {kind: Widget}
    fieldPaths: ['${path}']
    options: {create: true}
`;
      return withFiles({ 'kustomization.yaml': kustomization, 'w.yaml': WIDGET }, async (cwd) => {
        await assert.rejects(renderText('.', { cwd }), (error: unknown) => {
          const { code, exitCode, message } = error as { code: string; exitCode: number; message: string };
          assert.deepEqual([code, exitCode], ['InvalidReplacement', 2]);
          assert.ok(message.startsWith(`${path} does not fit Widget w`), message);
          return true;
        });
      });
    });
  }
});

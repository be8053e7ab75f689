/** Finds what a configuration under generators, transformers or validators stands for (api/internal/plugins/loader). */
import { inputError } from '../../errors.js';
import type { Target } from '../build/build.js';
import { type Origin, pluginOrigin } from '../build/origin.js';
import { type Resource, apiVersionText, currentId, kindOf } from '../resources/resource.js';
import { describeId } from '../resources/resourceId.js';
import type { Step } from '../build/transform.js';
import { type Generate, type Plugin, makeBuiltinPlugin } from './builtinPlugins.js';
import { makeExternalPlugin } from './externalPlugin.js';

/**
 * The generator that a configuration under `generators` stands for, and where it came from.
 * @throws KapplyError `NotAGenerator` for a transformer
 */
export async function loadGenerator(
  config: Resource,
  target: Target,
): Promise<{ readonly generate: Generate; readonly origin: Origin | undefined }> {
  const plugin = await loadPlugin(config, target);
  if ('generate' in plugin) return { generate: plugin.generate, origin: pluginOrigin(config) };
  throw inputError('NotAGenerator', `${describeId(currentId(config))} under generators is a transformer`, {
    position: config.source,
    suggestions: ['Name it under transformers.'],
  });
}

/**
 * The step that a configuration under `transformers` or `validators` stands for.
 * @throws KapplyError `NotATransformer` for a generator
 */
export async function loadTransformer(config: Resource, target: Target): Promise<Step> {
  const plugin = await loadPlugin(config, target);
  if ('transform' in plugin) return { transform: plugin.transform, origin: pluginOrigin(config) };
  throw inputError('NotATransformer', `${describeId(currentId(config))} under transformers is a generator`, {
    position: config.source,
    suggestions: ['Name it under generators.'],
  });
}

async function loadPlugin(
  config: Resource,
  target: Target,
): Promise<Plugin & Partial<{ transform: Step['transform']; generate: Generate }>> {
  if (apiVersionText(config.tree) !== 'builtin') return makeExternalPlugin(config, target);
  const plugin = await makeBuiltinPlugin(config, target);
  if (plugin !== undefined) return plugin;
  throw inputError('UnknownPlugin', `there is no built-in plugin ${kindOf(config.tree)}`, { position: config.source });
}

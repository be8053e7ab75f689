/** The older kind of plugin: a program in the plugin folder, found by the apiVersion and kind of its configuration. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type KapplyError, inputError } from '../../errors.js';
import { writeWhole } from '../../files/writeWhole.js';
import { makeTemporaryFolder, removeTemporaryFolder } from '../../files/temporaryFolder.js';
import { type Target, loadText } from '../build/build.js';
import { type Resource, currentId, fieldAt } from '../resources/resource.js';
import { describeId } from '../resources/resourceId.js';
import { type Environment, environmentFor, handedOn } from '../programs/environment.js';
import { plainJson, textUnlessNull } from '../resources/tree.js';
import { emitYaml } from '../yaml/emit.js';
import { runPlugin, type RunProgram } from './pluginProgram.js';

/** The kernel takes no longer value of an environment variable. */
const MAX_VARIABLE = 131_071;

/**
 * What runs the plugin of a configuration: a program in the plugin folder, started anew for each input.
 * @throws KapplyError `UnknownPlugin` where there is no such program; the run itself, `PluginFailed`
 */
export async function loadExecPlugin(config: Resource, target: Target): Promise<RunProgram> {
  const { environment = {}, env = [], signal } = target.build.options;
  const path = await programOf(config, environment);
  const text = emitYaml(plainJson(config.tree ?? {}));
  const args = await argumentsOf(config, target);
  return async (input) => {
    const folder = await makeTemporaryFolder();
    try {
      const configFile = join(folder, 'config.yaml');
      writeWhole(configFile, text, { secret: true });
      const variables = {
        KUSTOMIZE_PLUGIN_CONFIG_STRING: text,
        KUSTOMIZE_PLUGIN_CONFIG_ROOT: target.root.folder,
      };
      const fitting = Object.entries(variables).filter(([name, value]) => name.length + value.length < MAX_VARIABLE);
      const program = {
        path,
        args: [configFile, ...args],
        cwd: target.root.folder,
        env: { ...environmentFor('code', environment, handedOn(env)), ...Object.fromEntries(fitting) },
        signal,
        source: config.source,
      };
      return await runPlugin(program, input ?? '');
    } finally {
      await removeTemporaryFolder(folder);
    }
  };
}

async function programOf(config: Resource, environment: Environment): Promise<string> {
  const id = currentId(config);
  const missing = (home: string): KapplyError =>
    inputError('UnknownPlugin', `there is no plugin for ${describeId(id)}${home === '' ? '' : ` in ${home}`}`, {
      position: config.source,
      suggestions: [
        'Name its program in the annotation config.kubernetes.io/function, or put it into the plugin folder.',
      ],
    });
  const home = await pluginHome(environment);
  if (home === undefined) throw missing('');
  const path = join(home, id.group, id.version, id.kind.toLowerCase(), id.kind);
  try {
    await access(path, constants.F_OK);
  } catch {
    throw missing(home);
  }
  try {
    await access(path, constants.X_OK);
  } catch (cause) {
    throw inputError('PluginFailed', `the plugin ${path} is not executable`, { position: config.source, cause });
  }
  return path;
}

/** The first that exists of the folders that kustomize looks at. */
async function pluginHome(environment: Environment): Promise<string | undefined> {
  const { KUSTOMIZE_PLUGIN_HOME = '', XDG_CONFIG_HOME = '' } = environment;
  const relative = join('kustomize', 'plugin');
  const candidates = [
    KUSTOMIZE_PLUGIN_HOME,
    XDG_CONFIG_HOME === '' ? '' : join(XDG_CONFIG_HOME, relative),
    join(homedir(), '.config', relative),
    join(homedir(), relative),
  ];
  for (const candidate of candidates) {
    if (candidate !== '' && (await isFolder(candidate))) return candidate;
  }
  return undefined;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

async function argumentsOf({ tree, source }: Resource, target: Target): Promise<string[]> {
  const line = textUnlessNull(fieldAt(tree, 'argsOneLiner'));
  const file = textUnlessNull(fieldAt(tree, 'argsFromFile'));
  const args = splitWords(line, () =>
    inputError('InvalidPlugin', 'argsOneLiner has a quote that is not closed', { position: source }),
  );
  if (file === '') return args;
  const lines = (await loadText(target, file)).split('\n').map((text) => text.replace(/^ +/, ''));
  return [...args, ...lines.filter((text) => text !== '')];
}

/** Words as a shell splits them: quotes, backslashes, and a comment at the end. */
function splitWords(text: string, unclosed: () => Error): string[] {
  const words: string[] = [];
  let word = '';
  let quote = '';
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === '\\' && quote !== "'") word += text.charAt(++index);
    else if (quote === '' && (character === "'" || character === '"')) quote = character;
    else if (character === quote) quote = '';
    else if (quote === '' && character === '#') break;
    else if (quote === '' && /\s/.test(character)) {
      if (word !== '') words.push(word);
      word = '';
    } else word += character;
  }
  if (quote !== '') throw unclosed();
  return word === '' ? words : [...words, word];
}

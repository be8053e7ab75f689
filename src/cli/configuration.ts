/**
 * oclif's configuration of this package. A command needs little of it: what the package is called and its version. What else it
 * knows, the flags of all commands, is read for help, completion and defaults from files, which ask for it.
 */
import type { Manifest, Plugin } from '@oclif/core/interfaces';
import { Config } from '@oclif/core/config';
import { settings } from '@oclif/core/settings';
import { isExecutable, packageFolder as root, readPackageFile, runsFromSource } from './packageFiles.js';

/** Knows its `bin`, its `name` and its `version`. */
export async function readConfiguration(): Promise<Config> {
  const pjson = (await readPackageFile('package.json')) as Config['pjson'];
  const config = new Config(runsFromSource ? fromSource(pjson) : { root, pjson });
  config.pjson = pjson;
  config.name = pjson.name;
  config.bin = pjson.oclif.bin ?? pjson.name;
  config.version = pjson.version;
  // The parser runs a hook. There are none, and oclif would look for them in the plugins, which are not read.
  config.runHook = () => Promise.resolve({ failures: [], successes: [] });
  return config;
}

/** Reads all the rest of it: `commands`, `userAgent`, what its help needs. */
export async function loadConfiguration(config: Config): Promise<Config> {
  if (isExecutable) config.options.plugins = new Map([[config.name, await pluginOfExecutable(config.pjson)]]);
  await config.load();
  return config;
}

/** What oclif would read from the package's folder. Its commands are never loaded by it: src/main.ts does. */
async function pluginOfExecutable(pjson: Config['pjson']): Promise<Plugin> {
  const { commands } = (await readPackageFile('oclif.manifest.json')) as Manifest;
  const load = () => Promise.reject(new Error('oclif loads no command of the executable'));
  return {
    name: pjson.name,
    alias: pjson.name,
    version: pjson.version,
    pjson,
    root,
    options: { root },
    _base: pjson.name,
    type: 'core',
    moduleType: 'module',
    isRoot: true,
    valid: true,
    hasManifest: true,
    hooks: {},
    topics: [],
    commandsDir: undefined,
    commandIDs: Object.keys(commands),
    commands: Object.values(commands).map((command) => ({ ...command, load })),
    findCommand: load,
    load: () => Promise.resolve(),
  };
}

/** oclif's own search for a TypeScript loader is in the way (it registers a second one), and the commands are those of src/. */
function fromSource(pjson: Config['pjson']): Config['options'] {
  settings.enableAutoTranspile = false;
  const commands = { strategy: 'explicit', target: './src/commands/all.ts', identifier: 'COMMANDS' } as const;
  return { root, ignoreManifest: true, pjson: { ...pjson, oclif: { ...pjson.oclif, commands } } };
}

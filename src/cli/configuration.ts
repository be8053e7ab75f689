/**
 * oclif's configuration of this package. A command needs little of it: what the package is called and its version. What else it
 * knows, the flags of all commands, is read for help, completion and defaults from files, which ask for it.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Config } from '@oclif/core/config';
import { settings } from '@oclif/core/settings';

/** The package's folder. From the bundle, dist/ is where this file is; from source, src/commands/. */
const runsFromSource = import.meta.url.endsWith('.ts');
const root = fileURLToPath(new URL(runsFromSource ? '../..' : '..', import.meta.url));

/** Knows its `bin`, its `name` and its `version`. */
export async function readConfiguration(): Promise<Config> {
  const pjson = JSON.parse(await readFile(`${root}package.json`, 'utf8')) as Config['pjson'];
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
  await config.load();
  return config;
}

/** oclif's own search for a TypeScript loader is in the way (it registers a second one), and the commands are those of src/. */
function fromSource(pjson: Config['pjson']): Config['options'] {
  settings.enableAutoTranspile = false;
  const commands = { strategy: 'explicit', target: './src/commands/all.ts', identifier: 'COMMANDS' } as const;
  return { root, ignoreManifest: true, pjson: { ...pjson, oclif: { ...pjson.oclif, commands } } };
}

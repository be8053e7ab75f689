/** The classes of all commands, for what looks at their flags: oclif's manifest, its help, and tests. */
import { loadCommand } from './index.js';

export const COMMANDS = Object.fromEntries(
  await Promise.all(Object.entries(loadCommand).map(async ([name, load]) => [name, (await load()).default] as const)),
);

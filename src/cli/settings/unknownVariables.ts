/** Variables that look like kapply's own and set nothing: a misspelt one is a setting that its user believes in. */
import { nearest } from '../../objects/nearest.js';
import { FROM_A_FILE, NOT_FROM_A_FILE } from './fileDefaults.js';
import { CONFIGURATION_VARIABLE } from './userConfiguration.js';
import { environmentName, NOT_FROM_THE_ENVIRONMENT } from './flagDefaults.js';

/**
 * A sentence for each. One that is like none of ours is somebody else's: a pod has KAPPLY_SERVICE_HOST where a Service
 * is called kapply.
 */
export function unknownVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  const given = Object.keys(env).filter((name) => name.startsWith('KAPPLY_') && (env[name] ?? '') !== '');
  if (given.length === 0) return [];
  // Between them the two tables name every flag of every command.
  const flags = [...FROM_A_FILE, ...Object.keys(NOT_FROM_A_FILE)];
  const unread = new Map([...NOT_FROM_THE_ENVIRONMENT].map((flag) => [environmentName(flag), flag]));
  const known = [CONFIGURATION_VARIABLE, ...flags.map(environmentName)].filter((name) => !unread.has(name));
  return given.flatMap((name) => {
    const flag = unread.get(name);
    if (flag !== undefined) return [`${name} is not read: what to deploy belongs to the command line (--${flag})`];
    const near = known.includes(name)
      ? undefined
      : nearest(
          name.slice(7),
          known.map((one) => one.slice(7)),
        );
    return near === undefined ? [] : [`${name} sets nothing: did you mean KAPPLY_${near}?`];
  });
}

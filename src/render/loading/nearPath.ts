/** What somebody may have meant by a path that leads nowhere. */
import { existsSync, readdirSync } from 'node:fs';
import { join, normalize, relative } from 'node:path';
import { nearest } from '../../objects/nearest.js';

/** A folder may hold very many names. */
const MOST_NAMES = 1000;

/**
 * As suggestions of an error: the path with the first name in it that is not there replaced by one of its folder that differs by few
 * letters, where there is one. `folder` is where the path starts.
 */
export function didYouMean(path: string, folder: string): string[] {
  const parts = normalize(path).split('/');
  for (const [index, part] of parts.entries()) {
    const here = join(folder, ...parts.slice(0, index));
    if (existsSync(join(here, part))) continue;
    const near = nearest(part, namesIn(here));
    if (near === undefined) return [];
    const meant = join(here, near, ...parts.slice(index + 1));
    return existsSync(meant) ? [`Did you mean ${path.startsWith('./') ? './' : ''}${relative(folder, meant)}?`] : [];
  }
  return [];
}

function namesIn(folder: string): string[] {
  try {
    const names = readdirSync(folder);
    return names.length > MOST_NAMES ? [] : names;
  } catch {
    return [];
  }
}

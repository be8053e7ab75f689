/** The classes of all commands, for what looks at their flags: oclif's manifest, its help, and tests. */
import help from '../cli/help/help.js';
import completion from './completion.js';
import remove from './delete.js';
import deploy from './deploy.js';
import diff from './diff.js';
import history from './history.js';
import type { loadCommand } from './index.js';
import plan from './plan.js';
import prune from './prune.js';
import render from './render.js';
import rollback from './rollback.js';
import sandbox from './sandbox.js';
import schedule from './schedule.js';
import status from './status.js';
import uses from './uses.js';

export const COMMANDS = {
  completion,
  delete: remove,
  deploy,
  diff,
  help,
  history,
  plan,
  prune,
  render,
  rollback,
  sandbox,
  schedule,
  status,
  uses,
} satisfies Record<keyof typeof loadCommand, unknown>;

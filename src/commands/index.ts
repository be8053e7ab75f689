/** The commands by their names. They hold flags only; what they run is imported when they do. */
import Completion from './completion.js';
import Delete from './delete.js';
import Deploy from './deploy.js';
import Diff from './diff.js';
import Help from './help.js';
import History from './history.js';
import Prune from './prune.js';
import Render from './render.js';
import Sandbox from './sandbox.js';
import Schedule from './schedule.js';
import Status from './status.js';

export const COMMANDS = {
  completion: Completion,
  delete: Delete,
  deploy: Deploy,
  diff: Diff,
  help: Help,
  history: History,
  prune: Prune,
  render: Render,
  sandbox: Sandbox,
  schedule: Schedule,
  status: Status,
};

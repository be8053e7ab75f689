/** The commands by their names. They hold flags only; what they run is imported when they do. */
import Completion from './completion.js';
import Deploy from './deploy.js';
import Diff from './diff.js';
import Help from './help.js';
import Prune from './prune.js';
import Render from './render.js';

export const COMMANDS = {
  completion: Completion,
  deploy: Deploy,
  diff: Diff,
  help: Help,
  prune: Prune,
  render: Render,
};

/** The commands by their names, each read when it is run: none pays for what another one imports. */
import type { RunnableCommand } from '../cli/baseCommand.js';

type Load = () => Promise<{ readonly default: RunnableCommand }>;

export const loadCommand = {
  completion: () => import('./completion.js'),
  delete: () => import('./delete.js'),
  deploy: () => import('./deploy.js'),
  diff: () => import('./diff.js'),
  help: () => import('../cli/help/help.js'),
  history: () => import('./history.js'),
  plan: () => import('./plan.js'),
  prune: () => import('./prune.js'),
  render: () => import('./render.js'),
  rollback: () => import('./rollback.js'),
  sandbox: () => import('./sandbox.js'),
  schedule: () => import('./schedule.js'),
  status: () => import('./status.js'),
  uses: () => import('./uses.js'),
} satisfies Record<string, Load>;

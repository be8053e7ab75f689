/** Colours by meaning. Every state has its word and glyph as well: a colour alone says nothing. */
import { Chalk } from 'chalk';

export type Paint = (text: string) => string;

export interface Style {
  readonly added: Paint;
  readonly changed: Paint;
  readonly removed: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly warn: Paint;
  readonly strong: Paint;
  /** For what matters less than the rest. */
  readonly faint: Paint;
  readonly hunk: Paint;
}

/** Only the sixteen basic colours, which every terminal theme keeps readable. */
export function makeStyle(color: boolean): Style {
  const chalk = new Chalk({ level: color ? 1 : 0 });
  return {
    added: chalk.green,
    changed: chalk.yellow,
    removed: chalk.red,
    good: chalk.green,
    bad: chalk.red,
    warn: chalk.yellow,
    strong: chalk.bold,
    faint: chalk.dim,
    hunk: chalk.cyan,
  };
}

/** Flags of what is said, where and how. */
import * as Flags from '@oclif/core/flags';

/** On every command. */
export const outputFlags = {
  color: Flags.option({
    description: 'When to colour the text; "auto" also obeys NO_COLOR, FORCE_COLOR, CLICOLOR and TERM=dumb.',
    options: ['auto', 'always', 'never'] as const,
    default: 'auto',
    helpGroup: 'GLOBAL',
  })(),
};

/** What is not shown, on commands that show objects or what a server says of them. */
export const maskFlags = {
  mask: Flags.string({
    description:
      'Regular expression for what else is secret, matched against Kind/name:path as in ConfigMap/cfg:data.dsn; repeatable.',
    helpValue: 'PATH-REGEXP',
    multiple: true,
    multipleNonGreedy: true,
  }),
};

/** What the CI system gets, on commands that read manifests: a failure has its place there. */
export const annotateFlag = {
  annotate: Flags.option({
    description:
      'What the CI system gets besides: annotations, a summary, diffs that are folded up; "auto" where it is known.',
    options: ['auto', 'github', 'none'] as const,
    default: 'auto',
  })(),
};

/** How a run is reported. */
export const reportFlags = {
  ...maskFlags,
  quiet: Flags.boolean({ char: 'q', description: 'Say nothing of a run that goes well but its warnings.' }),
  output: Flags.option({
    char: 'o',
    description:
      'Text; one document at the end, as JSON or YAML; the names of the objects; or a line of JSON for each event. The text then goes to stderr.',
    options: ['text', 'json', 'yaml', 'name', 'ndjson'] as const,
    default: 'text',
  })(),
  ...annotateFlag,
  'events-file': Flags.string({
    description: 'Write the events to this file as well, a line of JSON each.',
    helpValue: 'FILE',
  }),
  timestamps: Flags.boolean({
    description: 'Begin each line of a log with the time of day in UTC, instead of the time since the run began.',
  }),
};

/** On commands that answer with a document of their own. */
export const documentFlags = {
  ...maskFlags,
  output: Flags.option({
    char: 'o',
    description: 'Text for people, one document, or names alone.',
    options: ['text', 'json', 'yaml', 'name'] as const,
    default: 'text',
  })(),
};

/** Flags of what is deleted. */
import * as Flags from '@oclif/core/flags';
import { DEPLOY_DEFAULTS, PRUNE_DEFAULTS } from '../../engine/run/defaults.js';
import { durationOf, durationText, pruneSelectorText } from './flagValues.js';

const PRUNE = 'PRUNE';

/** Where uses are looked for, on every command that tells what is in use. */
export const usesFlags = {
  'ignore-unlisted': Flags.string({
    description:
      'Kind, as GROUP/KIND, that need not be listable: a config that something of it names may then be deleted; repeatable.',
    helpValue: 'GROUP/KIND',
    multiple: true,
    multipleNonGreedy: true,
    delimiter: ',',
    helpGroup: PRUNE,
  }),
};

/** What a deploy deletes afterwards. */
export const pruneFlags = {
  'prune-label': Flags.string({
    description:
      'Label selector. After the rollout, what carries it, is not in the applied set and is used by nothing is deleted. Never filters what is applied.',
    helpValue: 'SELECTOR',
    parse: pruneSelectorText,
    helpGroup: PRUNE,
  }),
  'prune-kind': Flags.string({
    description: 'Kind to prune, instead of the default ones: ConfigMap, apps/Deployment; repeatable.',
    helpValue: 'KIND',
    multiple: true,
    multipleNonGreedy: true,
    delimiter: ',',
    helpGroup: PRUNE,
  }),
  'prune-namespace': Flags.string({
    description: 'Namespace to prune in besides those of the applied set; repeatable.',
    helpValue: 'NS',
    multiple: true,
    multipleNonGreedy: true,
    delimiter: ',',
    helpGroup: PRUNE,
  }),
  'prune-limit': Flags.string({
    description: 'More deletions than this are asked about first.',
    helpValue: 'N',
    default: String(DEPLOY_DEFAULTS.pruneLimit),
    helpGroup: PRUNE,
  }),
  keep: Flags.string({
    description: 'Earlier revisions of each generated config that stay.',
    helpValue: 'N',
    default: String(DEPLOY_DEFAULTS.keep),
    helpGroup: PRUNE,
  }),
  'keep-rollback': Flags.boolean({
    description: 'Keep what `kubectl rollout undo` could go back to.',
    helpGroup: PRUNE,
  }),
  ...usesFlags,
  adopt: Flags.boolean({
    description: 'Also prune what neither kapply nor kubectl applied.',
    helpGroup: PRUNE,
  }),
};

/** What an operator's prune goes by, besides what a deploy's does. */
export const cleanupFlags = {
  'older-than': Flags.string({
    parse: durationOf('older-than', Infinity),
    description: 'Younger objects stay.',
    helpValue: 'DURATION',
    default: durationText(PRUNE_DEFAULTS.olderThanMs),
  }),
  'plain-names': Flags.boolean({
    description: 'Also configs whose names do not end in a content hash; then any mention of a name is a use.',
  }),
  'include-newest': Flags.boolean({
    description:
      'Also the newest revision of each config: by default it stays, since something may find it by its label.',
  }),
};

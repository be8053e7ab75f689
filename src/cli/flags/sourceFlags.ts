/** Flags of what is deployed. */
import * as Flags from '@oclif/core/flags';
import { kustomizeFlags } from './renderFlags.js';

const SOURCE = 'SOURCE';

/** What to deploy. Exactly one of -k and -f; loadObjects checks it. */
export const sourceFlags = {
  kustomize: Flags.string({
    char: 'k',
    description: 'Folder with a kustomization.yaml.',
    helpValue: 'DIR',
    helpGroup: SOURCE,
  }),
  filename: Flags.string({
    char: 'f',
    description: 'Manifest file, folder of manifests, or - for stdin; repeatable.',
    helpValue: 'PATH',
    multiple: true,
    multipleNonGreedy: true,
    delimiter: ',',
    helpGroup: SOURCE,
  }),
  recursive: Flags.boolean({
    char: 'R',
    description: 'Look into the subfolders of -f.',
    helpGroup: SOURCE,
  }),
  ...kustomizeFlags,
};

/** A plan that was made before, on commands that carry it out or show it. */
export const planFlags = {
  plan: Flags.string({
    description: 'A plan that "kapply plan -o FILE" wrote; - is stdin.',
    helpValue: 'FILE',
    helpGroup: SOURCE,
  }),
};

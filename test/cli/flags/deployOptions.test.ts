import assert from 'node:assert/strict';
import type { Command } from '@oclif/core/command';
import { parse } from '@oclif/core/parser';
import { withFalse } from '../../../src/cli/argv.js';
import { cleanupOptions, deleteOptions, deployOptions, planOptions } from '../../../src/cli/flags/deployOptions.js';
import Delete from '../../../src/commands/delete.js';
import Deploy from '../../../src/commands/deploy.js';
import Diff from '../../../src/commands/diff.js';
import Prune from '../../../src/commands/prune.js';
import { connect } from '../../../src/cluster/connect.js';
import { DEPLOY_DEFAULTS, PLAN_DEFAULTS, PRUNE_DEFAULTS } from '../../../src/engine/run/defaults.js';

/** What a command makes of a command line without any flag. */
async function withoutFlags<T>(command: typeof Command, optionsOf: (flags: never) => T): Promise<T> {
  const { flags } = await parse([], { flags: command.flags, strict: true });
  return optionsOf(withFalse(flags, command.flags) as never);
}

/** Those of the library's defaults that the options have. */
function sameOf(defaults: object, options: object): object {
  return Object.fromEntries(Object.entries(defaults).filter(([name]) => name in options));
}

describe('the defaults of flags and library', () => {
  const CASES: readonly {
    readonly command: typeof Command;
    readonly optionsOf: (flags: never) => object;
    readonly defaults: object;
    /** What the command has no flag for, or takes from elsewhere. */
    readonly others: readonly string[];
  }[] = [
    {
      command: Deploy,
      optionsOf: deployOptions,
      defaults: DEPLOY_DEFAULTS,
      others: ['set', 'readinessRules', 'record'],
    },
    { command: Diff, optionsOf: planOptions, defaults: PLAN_DEFAULTS, others: ['set', 'dryRun', 'readinessRules'] },
    { command: Prune, optionsOf: cleanupOptions, defaults: PRUNE_DEFAULTS, others: ['fieldManager'] },
  ];
  for (const { command, optionsOf, defaults, others } of CASES) {
    it(`are the same for ${command.name}, and every option has a flag`, async () => {
      const options = await withoutFlags(command, optionsOf);
      assert.deepEqual(options, sameOf(defaults, options));
      assert.deepEqual(
        Object.keys(defaults).filter((name) => !(name in options)),
        others,
      );
    });
  }

  it('are those of a deploy for Delete', async () => {
    const options = await withoutFlags(Delete, deleteOptions);
    assert.deepEqual(options, sameOf(DEPLOY_DEFAULTS, options));
  });

  it('are the same for the requests in flight', async () => {
    const { flags } = await parse([], { flags: Deploy.flags, strict: true });
    const cluster = await connect({ server: 'http://127.0.0.1:1', env: {}, kubeconfig: '/dev/null' });
    assert.equal(flags.concurrency, String(cluster.concurrency));
    await cluster.close();
  });
});

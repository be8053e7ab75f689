/**
 * The promises that hold on the sandbox (test/promises), kept on a real API server: of each promise the first case by the
 * built kapply, all others by the same commands in this process, for a program takes ten times as long to start as to
 * deploy something small.
 */
import type { Suite } from 'mocha';
import { runKapply } from '../../test/commands/runKapply.js';
import { PROMISES } from '../../test/promises/tables.js';
import { promiseSuite, realWorld, type RanKapply, type RunOptions } from '../../test/promises/world.js';
import { environment } from '../harness/environment.js';
import { PROGRAM, runProgram } from '../harness/program.js';

async function runBuilt(args: readonly string[], options: RunOptions): Promise<RanKapply> {
  const { code, stdout, stderr } = await runProgram(process.execPath, [PROGRAM, ...args], options);
  return { exitCode: code ?? -1, stdout, stderr };
}

const runHere = (args: readonly string[], options: RunOptions): Promise<RanKapply> =>
  runKapply(args, {
    ...options,
    env: { PATH: process.env.PATH ?? '', KUBECONFIG: environment().kubeconfig, ...options.env },
  });

describe('promises', () => {
  const tried = new Set<Suite | undefined>();
  let run = runBuilt;
  beforeEach(function () {
    const promise = this.currentTest?.parent;
    run = tried.has(promise) ? runHere : runBuilt;
    tried.add(promise);
  });
  promiseSuite('a real API server', PROMISES, () =>
    realWorld(environment().kubeconfig, (args, options) => run(args, options)),
  );
});

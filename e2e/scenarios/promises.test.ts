/** The promises that hold on the sandbox (test/promises), kept by the built kapply on a real API server. */
import { join } from 'node:path';
import { PROMISES } from '../../test/promises/tables.js';
import { promiseSuite, realWorld } from '../../test/promises/world.js';
import { environment } from '../harness/environment.js';
import { runProgram } from '../harness/program.js';

const program = join(import.meta.dirname, '../../bin/run.js');

promiseSuite('a real API server', PROMISES, () =>
  realWorld(environment().kubeconfig, async (args, options) => {
    const { code, stdout, stderr } = await runProgram(process.execPath, [program, ...args], options);
    return { exitCode: code ?? -1, stdout, stderr };
  }),
);

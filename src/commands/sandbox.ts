import { resolve } from 'node:path';
import * as Flags from '@oclif/core/flags';
import { EXIT, type ExitCode } from '../errors.js';
import { shellCommand } from '../objects/shellCommand.js';
import { BaseCommand } from '../cli/baseCommand.js';
import { parseCount } from '../cli/flags/flagValues.js';

export default class Sandbox extends BaseCommand {
  static override summary = 'Run an embedded Kubernetes API, for a first try and for tests without a cluster.';
  static override description = `Serves the Kubernetes API from this process until Ctrl-C, with simulated controllers and one simulated node: no
container runs. Prints the path of a kubeconfig for kubectl, kapply and any other client.

Exit codes: 0 stopped, 2 usage or input error.`;
  static override examples = [
    {
      description: 'Try kubectl on it, from another terminal',
      command: '<%= config.bin %> sandbox --kubeconfig sandbox.kubeconfig',
    },
    { description: 'Go on where the last one stopped', command: '<%= config.bin %> sandbox --state sandbox.json' },
  ];
  static override flags = {
    state: Flags.string({
      description:
        'File that keeps the state: read at the start, replaced at every change. Without it, all is forgotten.',
      helpValue: 'FILE',
    }),
    kubeconfig: Flags.string({ description: 'Where to write the kubeconfig.', helpValue: 'FILE' }),
    port: Flags.string({ description: 'Port to listen on; default any free one.', helpValue: 'PORT' }),
  };

  async run(): Promise<ExitCode> {
    const flags = await this.readFlags(Sandbox);
    const { io } = this;
    const { startOnlySandbox } = await import('../sandbox/openSandbox.js');
    const sandbox = await startOnlySandbox({
      ...(flags.state === undefined ? {} : { stateFile: resolve(io.cwd, flags.state) }),
      ...(flags.kubeconfig === undefined ? {} : { kubeconfigFile: resolve(io.cwd, flags.kubeconfig) }),
      ...(flags.port === undefined ? {} : { port: parseCount('port', flags.port, 0) }),
    });
    // The path alone on stdout, for scripts; the rest is talk.
    io.stdout.write(`${sandbox.kubeconfig}\n`);
    io.stderr.write(`A Kubernetes API listens on ${sandbox.url} until Ctrl-C.\n`);
    io.stderr.write(`Try: ${shellCommand(['kubectl', '--kubeconfig', sandbox.kubeconfig, 'get', 'namespaces'])}\n`);
    await new Promise<void>((stop) => {
      const release = io.onSignal(() => {
        release();
        stop();
      });
    });
    await sandbox.close();
    return EXIT.done;
  }
}

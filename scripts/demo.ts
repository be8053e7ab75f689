/**
 * `npm run demo`: deploys the example to a sandbox, changes the password, deploys again, and shows what was pruned and what
 * the new pod sees. Works on a copy in a temporary folder, and needs nothing but Node.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readState } from '../src/sandbox/persistence.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'kapply-demo-'));
const state = join(folder, 'sandbox.json');
const kustomization = join(folder, 'password/k8s/overlays/prod/kustomization.yaml');

process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
cpSync(join(root, 'examples/password'), join(folder, 'password'), { recursive: true });

say('1. Deploy a shop whose Deployment reads DB_PASSWORD from a generated ConfigMap.');
deploy();
showPods();

say('2. Change the password, and nothing else.');
const before = readFileSync(kustomization, 'utf8');
writeFileSync(kustomization, before.replace('password=password1', 'password=password2'));
console.log('   - password=password1\n   + password=password2\n');

// Creation times have whole seconds: what the second deploy replaces must be seen to be older than it.
await setTimeout(1000);

say('3. Deploy again: a new ConfigMap, a rollout, and only then the old one goes.');
deploy();
showPods();

function say(text: string): void {
  console.log(`\n${text}\n`);
}

function deploy(): void {
  const args = ['deploy', '--sandbox', '-k', 'k8s/overlays/prod', '--prune-label', 'appconfig=myconfig'];
  console.log(`$ kapply ${args.join(' ')}\n`);
  const result = spawnSync(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), join(root, 'bin/dev.js'), ...args, '--sandbox-state', state],
    { cwd: join(folder, 'password'), stdio: 'inherit' },
  );
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/** What `printenv` would show in the pods, which the sandbox's node notes down when it starts them. */
function showPods(): void {
  const pods = readState(state)?.store.objects['Pod'] ?? [];
  console.log();
  // A pod of before may still be on its way out.
  for (const { metadata } of pods.filter((pod) => pod.metadata.deletionTimestamp === undefined)) {
    const env = JSON.parse(metadata.annotations?.['sandbox.kapply.dev/env.web'] ?? '{}') as { DB_PASSWORD?: string };
    console.log(`  Pod/${metadata.name} sees DB_PASSWORD=${env.DB_PASSWORD ?? ''}`);
  }
}

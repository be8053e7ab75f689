import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of files that a test writes, and that goes with it. */
export interface Overlay {
  readonly folder: string;
  write(files: Readonly<Record<string, string>>): Promise<void>;
  remove(): Promise<void>;
}

export async function makeOverlay(files: Readonly<Record<string, string>>): Promise<Overlay> {
  const folder = await mkdtemp(join(tmpdir(), 'kapply-overlay-'));
  const write = async (more: Readonly<Record<string, string>>): Promise<void> => {
    for (const [name, text] of Object.entries(more)) {
      await mkdir(join(folder, name, '..'), { recursive: true });
      await writeFile(join(folder, name), text);
    }
  };
  await write(files);
  return { folder, write, remove: () => rm(folder, { recursive: true }) };
}

/** A generated ConfigMap and a generated Secret, both with the prune label `app=shop`, and what uses them. */
export function configs(password: string, more = 'resources: [job.yaml]'): string {
  return `
metadata: { name: shop }
configMapGenerator:
- name: cfg
  literals: [color=blue]
secretGenerator:
- name: db
  literals: [password=${password}]
generatorOptions:
  labels: { app: shop }
${more}`;
}

/** A Deployment of one container: lines of the container, indented by eight, after which lines of the pod may follow. */
export function webDeployment(container: string, { image = 'nginx', replicas = 1 } = {}): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
      - name: app
        image: ${image}
${container}`;
}

/** A CronJob that uses both of `configs`, and has nothing to wait for. */
export const REPORT = `
apiVersion: batch/v1
kind: CronJob
metadata: { name: report }
spec:
  suspend: true
  schedule: "0 0 * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: report
            image: busybox
            envFrom:
            - configMapRef: { name: cfg }
            - secretRef: { name: db }
`;

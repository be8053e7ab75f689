/** The files of a small application, good and broken, as a newcomer would write them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface Shop {
  readonly password: string;
  readonly image?: string;
}

/** Writes the application `shop` into a folder: a Deployment that reads its password from a generated Secret. */
export async function writeShop(
  folder: string,
  { password, image = 'registry.example.com/shop/web:1' }: Shop,
): Promise<void> {
  const files = {
    'kustomization.yaml': `
metadata: { name: shop }
resources: [web.yaml]
secretGenerator:
- name: db
  literals: [password=${password}]
generatorOptions: { labels: { app: shop } }
`,
    'web.yaml': `
apiVersion: apps/v1
kind: Deployment
metadata: { name: a-deployment-whose-name-is-quite-long-for-a-narrow-terminal, labels: { app: shop } }
spec:
  replicas: 2
  selector: { matchLabels: { run: web } }
  template:
    metadata: { labels: { run: web } }
    spec:
      containers:
      - name: web
        image: ${image}
        command: [sleep, infinity]
        env:
        - name: DB_PASSWORD
          valueFrom: { secretKeyRef: { name: db, key: password } }
`,
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

/** A base of apps with an overlay over it, as large as wanted: what most users of kustomize have. */

/** Deployment, Service, ServiceAccount, generated ConfigMap, generated Secret. */
const OBJECTS_PER_APP = 5;

/** The files of a base and an overlay that render to about so many objects, by their paths. */
export function overlayFiles(objects: number): Record<string, string> {
  const apps = Array.from({ length: Math.round(objects / OBJECTS_PER_APP) }, (_, index) => `app-${index}`);
  const generator = (name: string, literal: string): string => `- name: ${name}\n  literals:\n  - ${literal}\n`;
  return {
    ...Object.fromEntries(apps.map((app) => [`base/${app}.yaml`, manifests(app)])),
    'base/kustomization.yaml': [
      'resources:\n',
      ...apps.map((app) => `- ${app}.yaml\n`),
      'configMapGenerator:\n',
      ...apps.map((app) => generator(`${app}-config`, `GREETING=hello from ${app}`)),
      'secretGenerator:\n',
      ...apps.map((app) => generator(`${app}-secret`, `PASSWORD=${app}-password`)),
    ].join(''),
    'overlay/kustomization.yaml': `resources:
- ../base
namespace: shop
labels:
- includeSelectors: true
  pairs:
    app.kubernetes.io/part-of: shop
`,
  };
}

function manifests(app: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${app}
  labels:
    app: ${app}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: ${app}
  template:
    metadata:
      labels:
        app: ${app}
    spec:
      serviceAccountName: ${app}
      containers:
      - name: main
        image: registry.example.com/${app}:1.2.3
        ports:
        - containerPort: 8080
          name: http
        envFrom:
        - configMapRef:
            name: ${app}-config
        env:
        - name: PASSWORD
          valueFrom:
            secretKeyRef:
              name: ${app}-secret
              key: PASSWORD
        resources:
          requests:
            cpu: 100m
            memory: 128Mi
        readinessProbe:
          httpGet:
            path: /healthz
            port: http
---
apiVersion: v1
kind: Service
metadata:
  name: ${app}
spec:
  selector:
    app: ${app}
  ports:
  - port: 80
    targetPort: http
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: ${app}
`;
}

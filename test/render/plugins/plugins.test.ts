import assert from 'node:assert/strict';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KapplyError } from '../../../src/errors.js';
import type { RenderOptions } from '../../../src/render/options.js';
import { render, renderText } from '../../../src/render/render.js';
import { findKustomize, kustomizeBuild, withFiles, type Files } from '../oracle.js';

const PLUGIN =
  'apiVersion: example.com/v1\nkind: Mine\nmetadata:\n  name: m\n  annotations:\n    config.kubernetes.io/function: ';
const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: old, annotations: {a: 1.50}}\ndata: {v: x}\n';
const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {volumes: [{name: v, configMap: {name: old}}]}\n';

interface PluginCase {
  readonly name: string;
  readonly files: Files;
  readonly options: RenderOptions;
  readonly flags: readonly string[];
}

const exec: Pick<PluginCase, 'options' | 'flags'> = {
  options: { enableAlphaPlugins: true, enableExec: true },
  flags: ['--enable-alpha-plugins', '--enable-exec'],
};
const helm: Pick<PluginCase, 'options' | 'flags'> = {
  options: { enableHelm: true, helmCommand: './helm.sh' },
  flags: ['--enable-helm', '--helm-command', './helm.sh'],
};
/** Prints its arguments without folders, and the values that it gets. */
const HELM = `#!/bin/sh
case "$1" in
version) echo v3.14.0;;
template)
  echo "apiVersion: v1
kind: ConfigMap
metadata: {name: from-helm, namespace: charts}
data:
  arguments: \\"$(echo "$@" | sed 's#/[^ ]*/##g')\\"
  values: |"
  for file in "$@"; do case "$file" in *values.yaml) sed 's/^/    /' "$file";; esac; done;;
esac
`;

/** Each is compared with the real kustomize where that is there, and with the expected text where it is not. */
const cases: readonly (PluginCase & { readonly expected: RegExp })[] = [
  {
    name: 'a function that generates',
    ...exec,
    files: {
      'kustomization.yaml': 'generators: [g.yaml]\nnamePrefix: p-\n',
      'g.yaml': `${PLUGIN}'exec: {path: ./run.sh, envs: [WHO=me]}'\n`,
      'run.sh': `#!/bin/sh
cat > /dev/null
echo "apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: made, annotations: {kustomize.config.k8s.io/needs-hash: 'true'}}
  data: {who: $WHO}"
`,
    },
    expected: /^apiVersion: v1\ndata:\n {2}who: me\nkind: ConfigMap\nmetadata:\n {2}name: p-made-[a-z0-9]{10}\n$/,
  },
  {
    name: 'a function that hands back what it gets: names and references are kept together',
    ...exec,
    files: {
      'kustomization.yaml': 'resources: [r.yaml]\nnamePrefix: p-\ntransformers: [t.yaml]\n',
      'r.yaml': `${CONFIG_MAP}---\n${POD}`,
      't.yaml': `${PLUGIN}'exec: {path: ./run.sh}'\n`,
      'run.sh': '#!/bin/sh\ncat\n',
    },
    expected: /name: p-old\n---\n[\s\S]*configMap:\n {6}name: p-old\n/,
  },
  {
    name: 'a function that leaves an object out',
    ...exec,
    files: {
      'kustomization.yaml': 'resources: [r.yaml]\ntransformers: [t.yaml]\n',
      'r.yaml': `${CONFIG_MAP}---\n${POD}`,
      't.yaml': `${PLUGIN}'exec: {path: ./run.sh}'\n`,
      'run.sh': `#!/bin/sh\ncat > /dev/null\necho "${CONFIG_MAP}"\n`,
    },
    expected: /^apiVersion: v1\ndata:\n {2}v: x\nkind: ConfigMap\n[^-]*$/,
  },
  {
    name: 'helm, with values merged over those of the file',
    ...helm,
    files: {
      'kustomization.yaml':
        'namespace: mine\nnamePrefix: p-\nhelmCharts:\n- {name: web, releaseName: r, valuesInline: {a: {b: 1, l: [9]}}, includeCRDs: true, apiVersions: [x/v1]}\n',
      'charts/web/values.yaml': 'a: {b: 2, c: 3, l: [1, 2]}\n# comment\nz: "5"\n',
      'helm.sh': HELM,
    },
    expected:
      /template r web --namespace mine -f web-kustomize-values.yaml --api-versions\s+x\/v1 --include-crds\n {2}values: \|\n {4}a:\n {6}b: 1\n {6}c: 3\n {6}l:\n {6}- 9\n {4}z: "5"\n/,
  },
  {
    name: 'helm in a base, with the namespace of the overlay and the values of the chart',
    ...helm,
    flags: ['--enable-helm', '--helm-command', './helm.sh'],
    files: {
      'kustomization.yaml': 'namespace: mine\nresources: [base]\n',
      'base/kustomization.yaml': 'helmCharts:\n- {name: web, releaseName: r}\n',
      'base/charts/web/values.yaml': 'a: 1   # kept\n',
      'helm.sh': HELM,
    },
    expected: /--namespace mine[\s\S]*a: 1 {3}# kept\n[\s\S]*namespace: charts\n$/,
  },
  {
    name: 'helm with flags for what the chart leaves empty, which --enable-alpha-plugins allows as well',
    options: {
      ...helm.options,
      enableHelm: false,
      enableAlphaPlugins: true,
      helmDebug: true,
      helmKubeVersion: '1.2.3',
    },
    flags: ['--enable-alpha-plugins', '--helm-command', './helm.sh', '--helm-debug', '--helm-kube-version', '1.2.3'],
    files: {
      'kustomization.yaml':
        'helmCharts:\n- {name: web, releaseName: r, debug: false, kubeVersion: "", apiVersions: []}\n',
      'charts/web/values.yaml': 'a: 1\n',
      'helm.sh': HELM,
    },
    expected: /-f web-kustomize-values.yaml\s+--kube-version\s+1\.2\.3 --debug/,
  },
  {
    name: 'a validator that prints nothing: what it leaves out stays',
    ...exec,
    files: {
      'kustomization.yaml': 'resources: [r.yaml]\nvalidators: [v.yaml]\n',
      'r.yaml': CONFIG_MAP,
      'v.yaml': `${PLUGIN}'exec: {path: ./run.sh}'\n`,
      'run.sh': '#!/bin/sh\ncat > /dev/null\n',
    },
    expected: /^apiVersion: v1\ndata:\n {2}v: x\nkind: ConfigMap\n/,
  },
];

/** Kustomizations with a chart that are refused by both. */
const refusedCharts: readonly { readonly name: string; readonly chart: string; readonly message: RegExp }[] = [
  {
    name: 'values that do not fit those of the chart',
    chart: '{name: web, releaseName: r, valuesInline: {a: {b: {x: 1}}}}',
    message: /valuesInline of the chart web and .*charts\/web\/values\.yaml do not fit together at a\.b/,
  },
  {
    name: 'more values in a file that is not there',
    chart: '{name: web, releaseName: r, additionalValuesFiles: [none.yaml]}',
    message: /none\.yaml does not exist/,
  },
  {
    name: 'more values in a file outside of the kustomization',
    chart: '{name: web, releaseName: r, additionalValuesFiles: [../values.yaml]}',
    message: /\.\.\/values\.yaml is outside of/,
  },
  {
    name: 'a chart in a folder of the chart home',
    chart: '{name: sub/web, releaseName: r}',
    message: /the name of the chart sub\/web holds a slash/,
  },
];

describe('plugins', () => {
  for (const { name, files, options, flags, expected } of cases) {
    it(`run ${name}`, async () => {
      await withFiles(files, async (cwd) => {
        const programs = Object.keys(files).filter((path) => path.endsWith('.sh'));
        for (const path of programs) chmodSync(join(cwd, path), 0o755);
        const absolute = (text: string): string => text.replace(/^\.\/(?=helm)/, `${cwd}/`);
        const helmCommand = options.helmCommand === undefined ? {} : { helmCommand: absolute(options.helmCommand) };
        const { text } = await renderText('.', { cwd, ...options, ...helmCommand });
        assert.match(text, expected);
        const kustomize = findKustomize();
        if (kustomize !== undefined)
          assert.deepEqual(kustomizeBuild(kustomize, cwd, flags.map(absolute)), { output: text });
      });
    });
  }

  for (const { name, chart, message } of refusedCharts) {
    it(`refuse ${name}`, async () => {
      const files = {
        'values.yaml': 'a: 1\n',
        'k/kustomization.yaml': `helmCharts:\n- ${chart}\n`,
        'k/charts/web/values.yaml': 'a: {b: 2}\n',
        'k/charts/sub/web/values.yaml': 'a: 1\n',
        'k/helm.sh': HELM,
      };
      await withFiles(files, async (folder) => {
        const cwd = join(folder, 'k');
        chmodSync(join(cwd, 'helm.sh'), 0o755);
        const helmCommand = join(cwd, 'helm.sh');
        await assert.rejects(renderText('.', { cwd, enableHelm: true, helmCommand }), (error) => {
          assert.ok(error instanceof KapplyError, String(error));
          assert.match(error.message, message);
          return true;
        });
        const kustomize = findKustomize();
        const flags = ['--enable-helm', '--helm-command', helmCommand];
        if (kustomize !== undefined) assert.ok('error' in kustomizeBuild(kustomize, cwd, flags));
      });
    });
  }

  describe('in containers', () => {
    const container =
      '{image: "example.com/fn:v1", network: true, envs: [FOO, B=1], mounts: [{type: bind, src: x, dst: /x}]}';
    const files = {
      'k/kustomization.yaml': 'resources: [r.yaml]\ntransformers: [t.yaml]\n',
      'k/r.yaml': CONFIG_MAP,
      'k/t.yaml': `${PLUGIN}'container: ${container}'\n`,
      // It hands back what it gets, and notes how it was run.
      'bin/docker': '#!/bin/sh\nfor word in "$@"; do echo "$word"; done > "${0%/*}/words"\ncat\n',
    };
    const options: RenderOptions = {
      enableAlphaPlugins: true,
      network: true,
      env: ['A=2', 'FOO'],
      mounts: ['type=bind,src=/data,dst=/data,rw=true'],
      asCurrentUser: true,
    };
    const flags = ['--enable-alpha-plugins', '--network', '-e', 'A=2', '-e', 'FOO', '--as-current-user'];
    const mountFlags = ['--mount', 'type=bind,src=/data,dst=/data,rw=true'];

    it('are run by docker as kustomize has it run them', () =>
      withFiles(files, async (folder) => {
        chmodSync(join(folder, 'bin/docker'), 0o755);
        const environment = { ...process.env, PATH: `${folder}/bin:${process.env.PATH ?? ''}` };
        const cwd = join(folder, 'k');
        const words = (): string => readFileSync(join(folder, 'bin/words'), 'utf8');
        const { text } = await renderText('.', { cwd, environment, ...options });
        const own = words();
        assert.match(own, /--network\nhost\n--user\n\d+:\d+\n--security-opt=no-new-privileges\n/);
        assert.match(own, /-e\nA=2\n-e\nB=1\n-e\nLOG_TO_STDERR=true\n-e\nSTRUCTURED_RESULTS=true\n-e\nFOO\nexample/);
        assert.match(own, /target=\/x,readonly\n--mount\ntype=bind,source=\/data,target=\/data\n/);
        const kustomize = findKustomize();
        if (kustomize === undefined) return;
        assert.deepEqual(kustomizeBuild(kustomize, cwd, [...flags, ...mountFlags], environment), { output: text });
        assert.equal(own, words());
      }));

    it('are refused where there is no docker', () =>
      withFiles(files, async (folder) => {
        const environment = { PATH: join(folder, 'none') };
        await assert.rejects(renderText('.', { cwd: join(folder, 'k'), environment, ...options }), {
          code: 'ContainerEngineMissing',
          message:
            "Mine m (example.com/v1) is a function in the container example.com/fn:v1, and there is no docker on this machine's path to run it",
        });
      }));
  });

  it('that fail say what they said', async () => {
    const files = {
      'kustomization.yaml': 'transformers: [t.yaml]\n',
      't.yaml': `${PLUGIN}'exec: {path: ./run.sh}'\n`,
      'run.sh': '#!/bin/sh\necho it broke >&2\nexit 3\n',
    };
    await withFiles(files, async (cwd) => {
      chmodSync(join(cwd, 'run.sh'), 0o755);
      await assert.rejects(renderText('.', { cwd, ...exec.options }), {
        code: 'PluginFailed',
        message: 'the plugin ./run.sh failed with exit code 3: it broke',
      });
    });
  });

  it('says which namespace did not reach the objects of a chart, from the outermost kustomization that names one', async () => {
    const files = {
      'top/kustomization.yaml': 'namespace: outer\nresources: [../app, plain.yaml]\n',
      'top/plain.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: plain}\n',
      'app/kustomization.yaml': 'namespace: inner\nhelmCharts:\n- {name: web, releaseName: r}\n',
      'app/charts/web/values.yaml': 'a: 1\n',
      'helm.sh': HELM.replace(', namespace: charts', ''),
    };
    await withFiles(files, async (cwd) => {
      chmodSync(join(cwd, 'helm.sh'), 0o755);
      const { objects } = await render('top', { cwd, enableHelm: true, helmCommand: join(cwd, 'helm.sh') });
      assert.deepEqual(
        objects.map(({ object: { metadata }, kustomizationNamespace }) => [
          metadata.name,
          metadata.namespace,
          kustomizationNamespace,
        ]),
        [
          ['plain', 'outer', undefined],
          ['from-helm', undefined, 'outer'],
        ],
      );
    });
  });
});

/**
 * Which room may use which: docs/architecture.md says why.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const rooms = {
  files: [],
  start: ['files'],
  objects: [],
  patch: ['objects'],
  net: [],
  render: ['objects', 'patch', 'net', 'files'],
  cluster: ['objects', 'net', 'files'],
  sandbox: ['objects', 'patch', 'files'],
  engine: ['objects', 'patch', 'cluster'],
  ui: ['objects', 'engine'],
  cli: ['objects', 'patch', 'net', 'render', 'cluster', 'engine', 'ui', 'sandbox', 'runner', 'files'],
  commands: ['cli', 'objects', 'patch', 'render', 'cluster', 'engine', 'ui', 'sandbox', 'runner'],
};

const arrows = Object.entries(rooms).map(([room, may]) => ({
  name: `arrows-of-${room}`,
  comment: `src/${room} may use only ${['itself', 'errors', ...may].join(', ')}`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: [`^src/${room}/`, '^src/errors', ...may.map((other) => `^src/${other}[/.]`)] },
}));

/** @param {string} packages @param {string} room */
const only = (packages, room) => ({
  name: `only-${room}-uses-${packages.replaceAll(/\W+/g, '-')}`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/(${room})` },
  to: { path: `node_modules/(${packages})` },
});

export default {
  forbidden: [
    ...arrows,
    {
      name: 'no-cycles',
      comment: 'Nor any of types: two files that need each other are one file, or three.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'errors-stand-alone',
      severity: 'error',
      from: { path: '^src/errors' },
      to: { path: '^src/', pathNot: '^src/errors' },
    },
    only('listr2|chalk', 'ui/'),
    only('@oclif', 'cli/|commands/|main'),
    {
      name: 'engine-has-no-process',
      comment: 'The engine has no terminal, no process and no file of its own: whoever calls it hands them in.',
      severity: 'error',
      from: { path: '^src/(engine|objects)/' },
      to: { dependencyTypes: ['core'], path: '^(node:)?(fs|child_process|process|readline|tty|os)' },
    },
    {
      name: 'only-net-and-sandbox-open-sockets',
      comment: 'One outgoing client: proxies, authorities, limits and time-outs count for every request alike.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(net|sandbox)/' },
      to: {
        dependencyTypes: ['core'],
        path: '^(node:)?(net|tls|http|https|http2|dgram)$',
        dependencyTypesNot: ['type-only'],
      },
    },
    { name: 'no-test-code-in-src', severity: 'error', from: { path: '^src/' }, to: { path: '^(test|e2e|bench)/' } },
    {
      name: 'no-client-node',
      comment: 'An optional peer of programs: the sources need neither its code nor its types.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: 'node_modules/@kubernetes/client-node' },
    },
    {
      name: 'only-what-is-bundled',
      comment:
        'All packages that the sources use are bundled (scripts/build.js), so they are development dependencies.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm', 'npm-peer', 'npm-optional', 'npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};

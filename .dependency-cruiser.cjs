/**
 * The directions of the house (README, "The house"). The first rule is the most important one of the repository:
 * the server imports nothing that can decrypt.
 */
/** A lib may import only the libs that are named (and npm packages). */
const libMayImport = (lib, ...allowed) => ({
  name: `lib-${lib}`,
  severity: 'error',
  from: { path: `^libs/${lib}/src/`, pathNot: '\\.spec\\.ts$' },
  to: { path: '^(libs|apps|test)/', pathNot: [`^libs/${lib}/`, ...allowed] },
});

const PRIMITIVES = '^libs/primitives/src/index\\.ts$';
const VERIFY = '^libs/primitives/src/verify\\.ts$';
const SERVER_MAY = [
  VERIFY,
  '^libs/mls/src/wire\\.ts$',
  ...['policy', 'contracts', 'transparency', 'text', 'ingest', 'document'].map((lib) => `^libs/${lib}/src/index\\.ts$`),
];

/** What the server must not reach, however long the way. */
const OPENS_CONTENT = [
  '^libs/primitives/src/index\\.ts$',
  '^libs/mls/src/index\\.ts$',
  '^libs/client/',
  '^node_modules/@noble/ciphers/',
];

const features = ['access', 'directory', 'delivery', 'knowledge', 'upkeep'];

module.exports = {
  forbidden: [
    {
      name: 'server-allow-list',
      comment: 'apps/api imports only what cannot decrypt',
      severity: 'error',
      from: { path: '^apps/api/' },
      to: { path: '^(libs|apps/(?!api/)|test)/', pathNot: SERVER_MAY },
    },
    {
      name: 'server-cannot-decrypt',
      comment: 'nor does anything that it imports',
      severity: 'error',
      from: { path: '^apps/api/' },
      to: { path: OPENS_CONTENT.join('|'), reachable: true },
    },
    {
      name: 'server-holds-no-cipher',
      comment: "node's own ciphers stay out of the server too",
      severity: 'error',
      from: { path: '^apps/api/' },
      to: { path: 'libsodium|@noble' },
    },
    libMayImport('primitives'),
    libMayImport('policy'),
    libMayImport('contracts'),
    libMayImport('text'),
    libMayImport('document', VERIFY, '^libs/policy/src/index\\.ts$'),
    libMayImport('ingest', '^libs/(text|policy)/src/index\\.ts$'),
    libMayImport('publish', VERIFY, '^libs/(policy|document|contracts)/src/index\\.ts$'),
    libMayImport('mls', PRIMITIVES, VERIFY),
    libMayImport('transparency', VERIFY),
    libMayImport(
      'client',
      PRIMITIVES,
      VERIFY,
      '^libs/mls/src/(index|wire)\\.ts$',
      '^libs/(transparency|policy|contracts|text)/src/index\\.ts$',
    ),
    {
      name: 'wire-holds-no-secrets',
      severity: 'error',
      from: { path: '^libs/mls/src/wire\\.ts$' },
      to: { path: PRIMITIVES, reachable: true },
    },
    {
      name: 'only-primitives-touch-libsodium',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '^libs/primitives/' },
      to: { path: 'node_modules/(libsodium|@noble/ciphers)' },
    },
    { name: 'libs-import-no-app', severity: 'error', from: { path: '^libs/' }, to: { path: '^(apps|test)/' } },
    {
      name: 'libs-are-isomorphic',
      severity: 'error',
      from: { path: '^libs/', pathNot: '^libs/client/src/node/|\\.spec\\.ts$|generate\\.mjs$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'platform-imports-no-feature',
      severity: 'error',
      from: { path: '^apps/api/src/(platform|config)/' },
      to: { path: `^apps/api/src/(${features.join('|')})/` },
    },
    ...features.map((feature) => ({
      name: `feature-door-${feature}`,
      comment: 'a feature is reached through its index.ts',
      severity: 'error',
      from: { path: '^apps/', pathNot: `^apps/api/src/${feature}/` },
      to: { path: `^apps/api/src/${feature}/`, pathNot: `^apps/api/src/${feature}/index\\.ts$` },
    })),
    {
      name: 'cli-meets-the-server-in-one-place',
      severity: 'error',
      from: { path: '^apps/cli/', pathNot: '^apps/cli/src/server\\.ts$' },
      to: { path: '^apps/api/' },
    },
    {
      name: 'page-meets-secrets-in-the-worker-only',
      comment:
        'beside types, the page knows nothing of the engine; worker.ts, which exports nothing, it knows by its address',
      severity: 'error',
      from: { path: '^apps/web/src/', pathNot: '^apps/web/src/worker/' },
      to: { path: '^(libs/|apps/web/src/worker/(?!(protocol|worker)\\.ts$))', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'web-imports-no-other-app',
      severity: 'error',
      from: { path: '^apps/web/' },
      to: { path: '^(apps/(?!web/)|test/|libs/client/src/node/)' },
    },
    {
      name: 'apps-import-no-test',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^test/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, path: '^(apps|libs)/.*/src/', pathNot: '\\.d\\.ts$|\\.spec\\.ts$' },
      to: {},
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(@graphql-typed-document-node/core|mdast)$' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json', '.css'],
      extensionAlias: { '.js': ['.ts', '.tsx', '.js'] },
      conditionNames: ['import', 'require', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
};

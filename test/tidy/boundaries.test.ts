import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

import ts from 'typescript';

import { root, runTool } from './run.js';

const CONFIG = '.dependency-cruiser.cjs';

interface Violation {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

/** What dependency-cruiser finds in each of the folders. */
async function violationsIn(folders: readonly string[]): Promise<Violation[][]> {
  const { output } = await runTool('../test/tidy/cruise.mjs', folders);
  return output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Violation[]);
}

/** The smallest tree in which every rule is kept; each seeded violation adds to it. */
const HOUSE: Record<string, string> = {
  'libs/primitives/src/index.ts': "export * from './verify.js'; export const open = 1;",
  'libs/primitives/src/verify.ts': 'export const verify = 1;',
  'libs/mls/src/index.ts': "export { open } from '../../primitives/src/index.js';",
  'libs/mls/src/wire.ts': "export { verify } from '../../primitives/src/verify.js';",
  'libs/policy/src/index.ts': 'export const policy = 1;',
  'libs/text/src/index.ts': 'export const text = 1;',
  'libs/contracts/src/index.ts': 'export const contracts = 1;',
  'libs/document/src/index.ts': "export { policy } from '../../policy/src/index.js';",
  'libs/ingest/src/index.ts': "export { text } from '../../text/src/index.js';",
  'libs/publish/src/index.ts': "export { policy } from '../../policy/src/index.js';",
  'libs/transparency/src/index.ts': "export { verify } from '../../primitives/src/verify.js';",
  'libs/client/src/index.ts': "export { open } from '../../mls/src/index.js'; import '../../contracts/src/index.js';",
  'apps/api/src/main.ts':
    "import './directory/index.js'; import './platform/clock.js'; import '../../../libs/mls/src/wire.js';",
  'apps/api/src/platform/clock.ts': "export { policy } from '../../../../libs/policy/src/index.js';",
  'apps/api/src/directory/index.ts': "export { person } from './person.js';",
  'apps/api/src/directory/person.ts': 'export const person = 1;',
  'apps/cli/src/server.ts': "export {} from '../../api/src/main.js';",
  'apps/cli/src/main.ts': "import './server.js'; import '../../../libs/client/src/index.js'; export {};",
  'apps/web/src/main.tsx':
    "import type { open } from '../../../libs/client/src/index.js'; export const page = (o: typeof open) => o;",
  'apps/web/src/worker/worker.ts': "export { open } from '../../../../libs/client/src/index.js';",
  'test/unit.ts': 'export const x = 1;',
};

/** One violation for each rule of the configuration. */
const SEEDS: Record<string, Record<string, string>> = {
  'server-allow-list': { 'apps/api/src/main.ts': "import '../../../libs/mls/src/index.js';" },
  'server-cannot-decrypt': {
    'apps/api/src/main.ts': "import '../../../libs/transparency/src/index.js';",
    'libs/transparency/src/index.ts': "import './deep.js';",
    'libs/transparency/src/deep.ts': "import '../../primitives/src/index.js'; export {};",
  },
  'server-holds-no-cipher': { 'apps/api/src/main.ts': "import 'libsodium-wrappers-sumo';" },
  'lib-primitives': { 'libs/primitives/src/verify.ts': "export { policy } from '../../policy/src/index.js';" },
  'lib-policy': { 'libs/policy/src/index.ts': "export { text } from '../../text/src/index.js';" },
  'lib-contracts': { 'libs/contracts/src/index.ts': "export { policy } from '../../policy/src/index.js';" },
  'lib-text': { 'libs/text/src/index.ts': "export { policy } from '../../policy/src/index.js';" },
  'lib-document': { 'libs/document/src/index.ts': "export { text } from '../../text/src/index.js';" },
  'lib-ingest': { 'libs/ingest/src/index.ts': "export { open } from '../../primitives/src/index.js';" },
  'lib-publish': { 'libs/publish/src/index.ts': "export { text } from '../../text/src/index.js';" },
  'lib-mls': { 'libs/mls/src/index.ts': "export { policy } from '../../policy/src/index.js';" },
  'lib-transparency': { 'libs/transparency/src/index.ts': "export { open } from '../../primitives/src/index.js';" },
  'lib-client': { 'libs/client/src/index.ts': "export {} from '../../ingest/src/index.js';" },
  'wire-holds-no-secrets': { 'libs/mls/src/wire.ts': "export { open } from './index.js';" },
  'only-primitives-touch-libsodium': { 'libs/mls/src/index.ts': "import 'libsodium-wrappers-sumo';" },
  'libs-import-no-app': { 'libs/client/src/index.ts': "export {} from '../../../apps/api/src/main.js';" },
  'libs-are-isomorphic': { 'libs/policy/src/index.ts': "import 'node:fs';" },
  'platform-imports-no-feature': {
    'apps/api/src/platform/clock.ts': "export { person } from '../directory/index.js';",
  },
  'feature-door-access': {
    'apps/api/src/access/index.ts': "export { a } from './inner.js';",
    'apps/api/src/access/inner.ts': 'export const a = 1;',
    'apps/api/src/main.ts': "import './access/inner.js';",
  },
  'feature-door-directory': { 'apps/api/src/main.ts': "import './directory/person.js';" },
  'feature-door-delivery': {
    'apps/api/src/delivery/index.ts': "export { a } from './inner.js';",
    'apps/api/src/delivery/inner.ts': 'export const a = 1;',
    'apps/api/src/directory/person.ts': "export { a } from '../delivery/inner.js';",
  },
  'feature-door-knowledge': {
    'apps/api/src/knowledge/index.ts': "export { a } from './inner.js';",
    'apps/api/src/knowledge/inner.ts': 'export const a = 1;',
    'apps/api/src/main.ts': "import './knowledge/inner.js';",
  },
  'cli-meets-the-server-in-one-place': { 'apps/cli/src/main.ts': "import '../../api/src/main.js';" },
  'page-meets-secrets-in-the-worker-only': {
    'apps/web/src/main.tsx': "export { open } from '../../../libs/client/src/index.js';",
  },
  'web-imports-no-other-app': { 'apps/web/src/main.tsx': "export {} from '../../api/src/main.js';" },
  'apps-import-no-test': { 'apps/cli/src/main.ts': "import '../../../test/unit.js';" },
  'no-cycles': {
    'libs/text/src/index.ts': "export { b } from './b.js'; export const text = 1;",
    'libs/text/src/b.ts': "import type { text } from './index.js'; export const b: typeof text = 1;",
  },
  'no-orphans': { 'libs/text/src/lonely.ts': 'const x = 1; void x;' },
  resolvable: { 'libs/text/src/index.ts': "export * from './nowhere.js';" },
};

function build(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'house-'));
  cpSync(join(root, CONFIG), join(folder, CONFIG));
  cpSync(join(root, 'tsconfig.json'), join(folder, 'tsconfig.json'));
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  for (const name of ['libsodium-wrappers-sumo']) {
    mkdirSync(join(folder, 'node_modules', name), { recursive: true });
    writeFileSync(join(folder, 'node_modules', name, 'index.js'), '');
  }
  return folder;
}

describe('the directions of the house', () => {
  const houses = [HOUSE, ...Object.values(SEEDS).map((seed) => ({ ...HOUSE, ...seed }))].map(build);
  let found: Violation[][];

  beforeAll(async () => {
    found = await violationsIn([root, ...houses]);
  });
  afterAll(() => {
    for (const folder of houses) rmSync(folder, { recursive: true });
  });

  test('the repository keeps every one of them', () => {
    expect(found).toHaveLength(1 + houses.length);
    expect(found[0]).toEqual([]);
  });

  test('the smallest house keeps them too, so that a seeded violation is the only thing that can fail', () => {
    expect(found[1]).toEqual([]);
  });

  test('every rule of the configuration is seeded with a violation', () => {
    const names = [...readFileSync(join(root, CONFIG), 'utf8').matchAll(/name: '([a-z-]+)'/g)].map((match) => match[1]);
    expect(names.filter((name) => name !== undefined && !(name in SEEDS))).toEqual([]);
  });

  test.each(Object.keys(SEEDS))('%s is caught', (rule) => {
    const violations = found[2 + Object.keys(SEEDS).indexOf(rule)];
    expect(violations?.map((violation) => violation.rule)).toContain(rule);
  });
});

const SERVER_MAY_IMPORT = new Set([
  '#policy',
  '#contracts',
  '#transparency',
  '#primitives/verify',
  '#mls/wire',
  '#text',
  '#ingest',
  '#document',
]);

/** Node's own ways to open something; the server has use for hashes and random bytes only. */
const NODE_CRYPTO_ALLOWED = new Set(['createHash', 'randomBytes', 'randomUUID', 'timingSafeEqual']);

/** The one place where the server signs: checkpoints of the log, and removals that it proposes. Ed25519 opens nothing. */
const SIGNING_FILE = 'apps/api/src/directory/serverKeys/keyFile.ts';
const SIGNING = ['KeyObject', 'createPrivateKey', 'createPublicKey', 'generateKeyPairSync', 'sign'];

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => relative(root, join(root, folder, path)));
}

function namesImportedFrom(path: string, module: RegExp): string[] {
  const file = ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest);
  return file.statements
    .filter(ts.isImportDeclaration)
    .filter((statement) => module.test((statement.moduleSpecifier as ts.StringLiteral).text))
    .flatMap(({ importClause }) => {
      const bindings = importClause?.namedBindings;
      return bindings && ts.isNamedImports(bindings)
        ? bindings.elements.map((e) => (e.propertyName ?? e.name).text)
        : ['*'];
    });
}

describe('what the server imports, read a second way', () => {
  test.each(sources('apps/api/src'))('%s names allowed libs only', (path) => {
    const imports = ts
      .preProcessFile(readFileSync(join(root, path), 'utf8'))
      .importedFiles.map(({ fileName }) => fileName);
    expect(imports.filter((name) => name.startsWith('#') && !SERVER_MAY_IMPORT.has(name))).toEqual([]);
    expect(imports.filter((name) => /(^|\/)(libs|dist)\//.test(name))).toEqual([]);
  });

  test.each(sources('apps/api/src').filter((path) => path !== SIGNING_FILE))(
    "%s uses node's crypto for hashes and random bytes only",
    (path) => {
      const names = namesImportedFrom(path, /^(node:)?crypto$/);
      expect(names.filter((name) => !NODE_CRYPTO_ALLOWED.has(name))).toEqual([]);
    },
  );

  test('one file signs, and with keys that can do nothing else', () => {
    const names = namesImportedFrom(SIGNING_FILE, /^(node:)?crypto$/);
    expect(names.filter((name) => !NODE_CRYPTO_ALLOWED.has(name)).toSorted()).toEqual(SIGNING);
    const source = readFileSync(join(root, SIGNING_FILE), 'utf8');
    expect(source.match(/generateKeyPairSync\([^)]*\)/g)).toEqual(["generateKeyPairSync('ed25519')"]);
  });
});

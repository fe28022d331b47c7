import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';

import { root } from './run.js';

/** Inside the package, so that Node resolves `#mls` and the others; git ignores it. */
const folder = join(root, 'dist', 'examples');

/** The TypeScript of the pages of the libs, as `[name, code]`. */
const examples = readdirSync(join(root, 'libs'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => `libs/${name}/README.md`)
  .filter((page) => existsSync(join(root, page)))
  .flatMap((page) =>
    [...readFileSync(join(root, page), 'utf8').matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(
      (match, i): [string, string] => [`${page} ${String(i + 1)}`, match[1] ?? ''],
    ),
  );

beforeAll(() => {
  execFileSync(process.execPath, ['apps/cli/bin.mjs', '--build-only'], { cwd: root, stdio: 'ignore' });
  mkdirSync(folder, { recursive: true });
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('the pages hold examples', () => {
  expect(examples.length).toBeGreaterThan(0);
});

test.each(examples)('the example of %s compiles', (_, code) => {
  expect(problemsOf(code)).toEqual([]);
});

test.each(examples.filter(([, code]) => promised(code).length > 0))(
  'the example of %s prints what it says',
  (name, code) => {
    const script = join(folder, `${name.replace(/\W+/g, '-')}.mjs`);
    writeFileSync(
      script,
      ts.transpileModule(code, { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } })
        .outputText,
    );
    const printed = execFileSync(process.execPath, [script], { cwd: root, encoding: 'utf8' });
    expect(printed.trim().split('\n')).toEqual(promised(code));
  },
);

/** What an example says that it prints: the comments behind `console.log`. */
function promised(code: string): string[] {
  return [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map((match) => match[1] ?? '');
}

/** What the compiler has to say of the code, as if it stood in the tree. */
function problemsOf(code: string): string[] {
  const path = join(root, 'test', 'example.ts');
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (file) => ts.sys.readFile(file)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [path] }, ts.sys, root);
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (file) => file === path || disk.fileExists(file),
    getSourceFile: (file, ...rest) =>
      file === path ? ts.createSourceFile(path, code, ts.ScriptTarget.ES2022) : disk.getSourceFile(file, ...rest),
  };
  const program = ts.createProgram([path], { ...options, noEmit: true }, host);
  return ts
    .getPreEmitDiagnostics(program, program.getSourceFile(path))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

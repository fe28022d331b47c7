// Says what the compiler (`tsc --noEmit` of each project) and ESLint (`eslint . --max-warnings 0`) say, over the same programs:
// most of the cost of either is to learn the types of everything, and they learn the same ones.
import { ESLint } from 'eslint';
import ts from 'typescript';

import { PROJECTS } from '../../eslint.config.mjs';

const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: report };

function report(diagnostic) {
  process.exitCode = 1;
  const names = { getCanonicalFileName: (name) => name, getCurrentDirectory: process.cwd, getNewLine: () => '\n' };
  process.stdout.write(ts.formatDiagnostic(diagnostic, names));
}

function compile(project) {
  const {
    fileNames: rootNames,
    options,
    errors,
  } = ts.getParsedCommandLineOfConfigFile(project, { noEmit: true }, host);
  const program = ts.createProgram({ rootNames, options, configFileParsingDiagnostics: errors });
  for (const diagnostic of ts.getPreEmitDiagnostics(program)) report(diagnostic);
  return program;
}

async function lint(programs) {
  const files = ['**/*.{ts,tsx}'];
  const overrideConfig = { files, languageOptions: { parserOptions: { project: null, programs } } };
  const eslint = new ESLint({ overrideConfig });
  const results = await eslint.lintFiles(['.']);
  const { format } = await eslint.loadFormatter('stylish');
  process.stdout.write(await format(results));
  if (results.some(({ errorCount, warningCount }) => errorCount + warningCount > 0)) process.exitCode = 1;
}

await lint(PROJECTS.map(compile));

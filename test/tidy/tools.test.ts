import { runTool } from './run.js';

const MINUTES = 60_000;

describe('the tools that read every line', () => {
  test(
    'types hold in the whole tree, and ESLint has nothing to say',
    async () => {
      expect(await runTool('../test/tidy/typesAndLint.mjs', [])).toEqual({ status: 0, output: '' });
    },
    10 * MINUTES,
  );

  test(
    'types of the libs hold without node or a browser: isomorphic by the word of the compiler',
    async () => {
      const compiler = ['--noEmit', '-p', 'libs/tsconfig.json'];
      expect(await runTool('typescript/bin/tsc', compiler)).toEqual({ status: 0, output: '' });
    },
    5 * MINUTES,
  );

  test(
    'Prettier would change nothing',
    async () => {
      const { status, output } = await runTool('prettier/bin/prettier.cjs', ['--check', '.', '--log-level', 'warn']);
      expect({ status, output }).toEqual({ status: 0, output: '' });
    },
    5 * MINUTES,
  );

  test(
    'knip finds no dead file, export or dependency',
    async () => {
      const { status, output } = await runTool('knip/bin/knip.js', ['--no-progress']);
      expect({ status, output }).toEqual({ status: 0, output: '' });
    },
    5 * MINUTES,
  );
});

import { runTool } from './run.js';

const MINUTES = 60_000;

describe('the tools that read every line', () => {
  test.each([
    ['tsconfig.json', 'the whole tree'],
    ['libs/tsconfig.json', 'the libs without node or a browser: isomorphic by the word of the compiler'],
  ])(
    'types hold: %s (%s)',
    async (project) => {
      expect(await runTool('typescript/bin/tsc', ['--noEmit', '-p', project])).toEqual({ status: 0, output: '' });
    },
    5 * MINUTES,
  );

  test(
    'ESLint has nothing to say',
    async () => {
      expect(await runTool('eslint/bin/eslint.js', ['.', '--max-warnings', '0'])).toEqual({ status: 0, output: '' });
    },
    10 * MINUTES,
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

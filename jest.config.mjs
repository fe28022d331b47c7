import { readFileSync } from 'node:fs';

const swc = JSON.parse(readFileSync(new URL('.swcrc', import.meta.url), 'utf8'));
delete swc.exclude; // the specs, which the build leaves out

/** One jest project a kind of test; `npm test -- --selectProjects unit` runs one of them. */
const shared = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['<rootDir>/test/support/transform.mjs', { ...swc, swcrc: false }] },
  moduleNameMapper: {
    '^#([a-z]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^#([a-z]+)/node$': '<rootDir>/libs/$1/src/node/index.ts',
    '^#([a-z]+)/([a-z]+)$': '<rootDir>/libs/$1/src/$2.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
};

const project = (displayName, testMatch, rest = {}) => ({ ...shared, displayName, testMatch, ...rest });

export default {
  reporters: ['default', '<rootDir>/test/support/reporter.mjs'],
  maxWorkers: 2,
  testTimeout: 180_000,
  projects: [
    project('unit', ['<rootDir>/{apps,libs,test/bench}/**/*.spec.ts']),
    project('vectors', ['<rootDir>/test/vectors/**/*.test.ts']),
    project('scenario', ['<rootDir>/test/scenario/**/*.test.ts']),
    project('fuzz', ['<rootDir>/test/fuzz/**/*.test.ts']),
    project('soak', ['<rootDir>/test/soak/**/*.test.ts']),
    project('peers', ['<rootDir>/test/peers/**/*.test.ts']),
    project('integration', ['<rootDir>/test/integration/**/*.test.ts']),
    project('browser', ['<rootDir>/test/browser/**/*.test.ts']),
    project('tidy', ['<rootDir>/test/tidy/**/*.test.ts']),
  ],
};

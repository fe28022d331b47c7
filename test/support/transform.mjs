// Compiles a test's TypeScript as @swc/jest does, and looks JavaScript's own names up once a module. In the sandbox of a test
// each use of a global name asks the sandbox; code that computes much took a third longer by that.
import { createTransformer as createSwc } from '@swc/jest';

// No clock, timer or anything else that a test may replace.
const NAMES = [
  'Array',
  'BigInt',
  'Boolean',
  'DataView',
  'Error',
  'JSON',
  'Map',
  'Math',
  'Number',
  'Object',
  'Promise',
  'RangeError',
  'Reflect',
  'Set',
  'String',
  'Symbol',
  'TypeError',
  'Uint8Array',
  'WeakMap',
];
const USED = NAMES.map((name) => [name, new RegExp(`\\b${name}\\b`, 'u')]);

/** On the first line, so that the lines of errors stay right. */
function withNames({ code, ...rest }) {
  const names = USED.filter(([, used]) => used.test(code)).map(([name]) => name);
  const declared = names.length === 0 ? '' : `const { ${names.join(', ')} } = globalThis; `;
  return { ...rest, code: declared + code };
}

export default {
  createTransformer(options) {
    const swc = createSwc(options);
    return {
      ...swc,
      getCacheKey: (...given) => `names ${NAMES.length} ${swc.getCacheKey(...given)}`,
      process: (...given) => withNames(swc.process(...given)),
      processAsync: async (...given) => withNames(await swc.processAsync(...given)),
    };
  },
};

/**
 * The same tests once more as on a platform without `node:crypto`: same bytes, same refusals. This file's own `process`
 * loses the door to it before anything is imported.
 */
const builtin = process.getBuiltinModule('node:crypto');
Reflect.deleteProperty(process, 'getBuiltinModule');

await import('./primitives.spec.js');
await import('./hpke.spec.js');
await import('./providers.spec.js');
await import('./stream.spec.js');
const { nodeCrypto } = await import('./platform.js');

test('Node has its cryptography, and these tests ran without it', () => {
  expect(builtin).toHaveProperty('createHash');
  expect(nodeCrypto).toBeUndefined();
});

export {};

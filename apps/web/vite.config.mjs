import { join } from 'node:path';

import { defineConfig } from 'vite';

import { release } from './release.mjs';

const root = join(import.meta.dirname, '..', '..');
const lib = (path) => join(root, 'libs', path);

/** The libraries from their sources: the package's own `imports` lead to what was compiled for Node. */
const LIBRARIES = [
  ...[
    'primitives',
    'mls',
    'transparency',
    'policy',
    'document',
    'text',
    'ingest',
    'publish',
    'contracts',
    'client',
  ].map((name) => ({
    find: new RegExp(`^#${name}$`),
    replacement: lib(`${name}/src/index.ts`),
  })),
  { find: /^#primitives\/verify$/, replacement: lib('primitives/src/verify.ts') },
  { find: /^#mls\/wire$/, replacement: lib('mls/src/wire.ts') },
  // its form for browsers asks the page, which a worker does not have
  {
    find: /^decode-named-character-reference$/,
    replacement: join(root, 'node_modules/decode-named-character-reference/index.js'),
  },
  { find: /^#client\/browser$/, replacement: lib('client/src/browser/index.ts') },
];

export default defineConfig({
  root: import.meta.dirname,
  resolve: { alias: LIBRARIES },
  worker: { format: 'es' },
  plugins: [release()],
  build: {
    outDir: join(root, 'dist', 'web'),
    emptyOutDir: true,
    assetsInlineLimit: 0, // data: addresses are what the content security policy forbids
    modulePreload: { polyfill: false },
    target: 'es2022',
    rollupOptions: {
      input: {
        index: join(import.meta.dirname, 'index.html'),
        sw: join(import.meta.dirname, 'src', 'offline', 'serviceWorker.ts'),
      },
      // the service worker stands at the root, which it answers for, under a name that stays
      output: { entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
    },
  },
});

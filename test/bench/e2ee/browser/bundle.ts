import { join } from 'node:path';

import { build } from 'vite';

import { peerPath } from '../peerModule.js';

/** What ts-mls imports only for suites that are not measured. */
const optional = /^@noble\/(curves|post-quantum)|^@hpke\/(?!core|common)/;

/** The page's script and, if the peers are installed, ts-mls, as files by name. */
export async function bundle(withPeers: boolean): Promise<ReadonlyMap<string, string>> {
  const page = join(import.meta.dirname, 'page.js');
  const input = withPeers ? { page, tsMls: peerPath('ts-mls/dist/src/index.js') } : { page };
  const built = await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: {
        input,
        external: optional,
        preserveEntrySignatures: 'strict',
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name].js' },
      },
    },
  });
  const outputs = [built].flat().flatMap((one) => ('output' in one ? one.output : []));
  return new Map(outputs.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file.code] as const] : [])));
}
